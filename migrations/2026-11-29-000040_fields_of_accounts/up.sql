-- Every request needs the account's fields, which seldom change: they stand ready in the account's row, and each change of
-- a field writes them anew.
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
ALTER TABLE accounts ADD COLUMN custom_fields jsonb;  -- custom_fields_of(id)
UPDATE accounts SET custom_fields = custom_fields_of(id);
