-- An API key causes events too. The constraints are checked for new rows at once, and for those that are there by the
-- next migration, which locks nobody out meanwhile. A server of the version before writes and reads on.
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
ALTER TABLE events
  ADD COLUMN key_id uuid,
  DROP CONSTRAINT events_actor_known,
  ADD CONSTRAINT events_actor_known CHECK (actor_kind IN ('staff', 'key', 'system')) NOT VALID,
  ADD CONSTRAINT events_key_named CHECK ((actor_kind = 'key') = (key_id IS NOT NULL)) NOT VALID;
