-- A method as recorded, whose credential is empty since no gateway knows it: the provider's own reference leads to it.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE payment_methods IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
-- Every row is without a reference yet, so that there is nothing to validate.
ALTER TABLE payment_methods
  ADD COLUMN reference text,
  ADD CONSTRAINT payment_methods_reference_length CHECK (length(reference) <= 500) NOT VALID;
