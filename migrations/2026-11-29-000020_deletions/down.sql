DROP INDEX customers_by_deletion;
