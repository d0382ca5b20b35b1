DROP INDEX invoices_by_amount;
