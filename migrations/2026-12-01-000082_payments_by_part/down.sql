DROP INDEX payments_by_part;
