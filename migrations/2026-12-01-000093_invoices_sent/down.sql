DROP INDEX invoices_sent;
