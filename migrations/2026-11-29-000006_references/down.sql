DROP INDEX customers_by_reference;
