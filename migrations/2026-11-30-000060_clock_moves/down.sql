ALTER TABLE accounts DROP COLUMN clock_state;
ALTER TABLE accounts DROP COLUMN clock_to_at;
ALTER TABLE accounts DROP COLUMN clock_from_at;
