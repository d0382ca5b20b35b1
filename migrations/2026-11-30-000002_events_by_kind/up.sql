CREATE INDEX CONCURRENTLY events_by_kind ON events (account_id, kind, id);
