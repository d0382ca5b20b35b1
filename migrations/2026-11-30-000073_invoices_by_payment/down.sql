DROP INDEX invoices_by_payment;
