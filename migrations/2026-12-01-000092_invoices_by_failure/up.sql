CREATE INDEX CONCURRENTLY invoices_by_failure ON invoices (account_id, first_failed_at) WHERE first_failed_at IS NOT NULL;
