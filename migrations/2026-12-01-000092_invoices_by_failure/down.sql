DROP INDEX invoices_by_failure;
