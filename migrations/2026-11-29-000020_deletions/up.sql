CREATE INDEX CONCURRENTLY customers_by_deletion ON customers (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
