-- The event that a change took back.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE events IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE events ADD COLUMN undoes uuid;
