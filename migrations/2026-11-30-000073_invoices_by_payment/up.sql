CREATE INDEX CONCURRENTLY invoices_by_payment ON invoices (account_id, closed_at) WHERE status = 'paid';
