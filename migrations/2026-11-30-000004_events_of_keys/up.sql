CREATE INDEX CONCURRENTLY events_of_keys ON events (account_id, key_id, id) WHERE key_id IS NOT NULL;
