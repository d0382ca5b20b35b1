-- A payment may be for an invoice.
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
ALTER TABLE payments ADD COLUMN invoice_id uuid;
ALTER TABLE payments ADD CONSTRAINT payments_invoice
  FOREIGN KEY (account_id, invoice_id) REFERENCES invoices (account_id, id) NOT VALID;
