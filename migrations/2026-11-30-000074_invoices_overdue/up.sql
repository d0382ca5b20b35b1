CREATE INDEX CONCURRENTLY invoices_overdue ON invoices (account_id, id) WHERE status = 'open' AND is_overdue;
