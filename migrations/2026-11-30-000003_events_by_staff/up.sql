CREATE INDEX CONCURRENTLY events_by_staff ON events (account_id, staff_id, id) WHERE staff_id IS NOT NULL;
