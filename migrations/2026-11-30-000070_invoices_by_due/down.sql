DROP INDEX invoices_by_due;
