CREATE INDEX CONCURRENTLY payments_by_invoice ON payments (account_id, invoice_id, id) WHERE invoice_id IS NOT NULL;
