CREATE INDEX CONCURRENTLY invoices_by_reference ON invoices (account_id, reference) WHERE reference IS NOT NULL;
