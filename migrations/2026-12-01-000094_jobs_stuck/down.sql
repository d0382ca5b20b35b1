DROP INDEX jobs_stuck;
