CREATE INDEX CONCURRENTLY jobs_by_account_time ON jobs (account_id, account_due_at)
  WHERE account_due_at IS NOT NULL AND stuck_at IS NULL;
