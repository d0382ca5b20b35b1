DROP INDEX jobs_by_account_time;
