-- What a merchant decides about its invoices. Null is the default, which servers of the version before write.
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
ALTER TABLE merchants ADD COLUMN invoice_prefix text;       -- what a number begins with; null is made of the name
ALTER TABLE merchants ADD COLUMN invoices_restart boolean;  -- at 1 every year; null is yes
ALTER TABLE merchants ADD COLUMN days_until_due integer;    -- of an invoice that is sent; null is 14
ALTER TABLE merchants ADD COLUMN after_tries text;          -- what becomes of a subscription then; null is keep
ALTER TABLE merchants ADD COLUMN seller jsonb;              -- who an invoice is from: legal name, address, tax number, footer
ALTER TABLE merchants ADD CONSTRAINT merchants_invoice_prefix_form CHECK (invoice_prefix ~ '^[A-Z0-9-]{1,12}$') NOT VALID;
ALTER TABLE merchants ADD CONSTRAINT merchants_days_until_due_range CHECK (days_until_due BETWEEN 0 AND 365) NOT VALID;
ALTER TABLE merchants ADD CONSTRAINT merchants_after_tries_known CHECK (after_tries IN ('keep', 'cancel')) NOT VALID;
