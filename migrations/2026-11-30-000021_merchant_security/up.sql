-- What a merchant decides about how its staff sign in. Null is the default, which servers of the version before write.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE merchants IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE merchants ADD COLUMN second_factor_required boolean;  -- null is no
ALTER TABLE merchants ADD COLUMN most_sessions integer;           -- the most that a person may have at once; null is 10
ALTER TABLE merchants ADD CONSTRAINT merchants_most_sessions_range CHECK (most_sessions BETWEEN 1 AND 50) NOT VALID;
