-- How much the clock of a test account is put forward. Null is a clock that nobody has moved, as that of every live account.
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
ALTER TABLE accounts ADD COLUMN ahead_ms bigint;  -- milliseconds
ALTER TABLE accounts ADD CONSTRAINT accounts_ahead_in_test CHECK (ahead_ms IS NULL OR (ahead_ms >= 0 AND mode = 'test'));
