-- The last move of a test account's clock: from when, to when, and whether it goes on. A clock that nobody has moved has none.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE accounts ADD COLUMN clock_from_at timestamptz;  -- the account's time when the last move began
ALTER TABLE accounts ADD COLUMN clock_to_at timestamptz;    -- where it goes, or went
ALTER TABLE accounts ADD COLUMN clock_state text;           -- moving, or stopping after the current step; null is a clock that stays
ALTER TABLE accounts ADD CONSTRAINT accounts_clock_in_test CHECK (clock_from_at IS NULL OR mode = 'test');
ALTER TABLE accounts ADD CONSTRAINT accounts_clock_whole CHECK ((clock_from_at IS NULL) = (clock_to_at IS NULL));
ALTER TABLE accounts ADD CONSTRAINT accounts_clock_forward CHECK (clock_to_at >= clock_from_at);
ALTER TABLE accounts ADD CONSTRAINT accounts_clock_state_known
  CHECK (clock_state IS NULL OR (clock_state IN ('moving', 'stopping') AND clock_from_at IS NOT NULL));
