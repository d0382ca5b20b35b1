DROP INDEX invoices_overdue;
