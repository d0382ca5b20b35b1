CREATE INDEX CONCURRENTLY customers_by_reference ON customers (account_id, lower(reference)) WHERE reference IS NOT NULL;
