CREATE INDEX CONCURRENTLY events_of_revenue ON events (account_id, id) WHERE after ? 'revenue';
