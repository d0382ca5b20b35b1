-- A payment may be for a part of a payment schedule; never for two debts.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE payments IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE payments ADD COLUMN part_id uuid;
ALTER TABLE payments ADD CONSTRAINT payments_part
  FOREIGN KEY (account_id, part_id) REFERENCES schedule_parts (account_id, id) NOT VALID;
ALTER TABLE payments ADD CONSTRAINT payments_of_one_debt CHECK (num_nonnulls(invoice_id, part_id) <= 1) NOT VALID;
