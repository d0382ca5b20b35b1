-- A call that asks a gateway has two transactions. The first one's row says what it began, and which request that was.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE api_requests IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE api_requests
  ADD COLUMN subject_id uuid,    -- what was begun
  ADD COLUMN request_id uuid,
  ADD CONSTRAINT api_requests_begun CHECK ((subject_id IS NULL) = (request_id IS NULL));
