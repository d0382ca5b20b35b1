CREATE INDEX CONCURRENTLY events_of_views ON events (account_id, id) WHERE kind LIKE 'view.%';
