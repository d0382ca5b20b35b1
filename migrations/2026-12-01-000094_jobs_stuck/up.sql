CREATE INDEX CONCURRENTLY jobs_stuck ON jobs (account_id, stuck_at, id) WHERE stuck_at IS NOT NULL;
