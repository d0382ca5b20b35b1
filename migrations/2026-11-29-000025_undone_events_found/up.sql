CREATE INDEX CONCURRENTLY events_by_undone ON events (account_id, undoes) WHERE undoes IS NOT NULL;
