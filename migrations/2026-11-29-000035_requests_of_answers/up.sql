-- Every call says which request it is, also one that begins nothing before it is answered: an erasure finds its answer.
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
  DROP CONSTRAINT api_requests_begun,
  ADD CONSTRAINT api_requests_begun_in_a_request CHECK (subject_id IS NULL OR request_id IS NOT NULL) NOT VALID;
