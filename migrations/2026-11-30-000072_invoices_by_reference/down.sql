DROP INDEX invoices_by_reference;
