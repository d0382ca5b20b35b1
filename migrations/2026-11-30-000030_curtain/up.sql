-- Who sees the emails, phones and addresses of customers. Null is the default, which servers of the version before write: viewers
-- see them masked, editors in full; a key of the API sees them in full.
DO $$
BEGIN
  -- A moment alone with the tables: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE merchants, api_keys IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE merchants ADD COLUMN viewers_see text;  -- what viewers see of customers: shown, revealed, masked; null is masked
ALTER TABLE merchants ADD COLUMN editors_see text;  -- what editors see of them: shown, revealed; null is shown
ALTER TABLE merchants ADD CONSTRAINT merchants_viewers_see_known
  CHECK (viewers_see IN ('shown', 'revealed', 'masked')) NOT VALID;
ALTER TABLE merchants ADD CONSTRAINT merchants_editors_see_known CHECK (editors_see IN ('shown', 'revealed')) NOT VALID;
ALTER TABLE api_keys ADD COLUMN is_masked boolean;  -- true when the key sees them masked; null is false
