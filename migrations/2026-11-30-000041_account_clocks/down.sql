ALTER TABLE accounts DROP COLUMN ahead_ms;
