-- Erasing a customer: the row stays for the money that points at it, and says when it was emptied. A hold forbids it.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE customers IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE customers ADD COLUMN erased_at timestamptz;

CREATE TABLE erasure_holds (
  account_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  reason text NOT NULL,
  staff_id uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  CONSTRAINT erasure_holds_pkey PRIMARY KEY (account_id, customer_id),
  CONSTRAINT erasure_holds_reason_length CHECK (length(reason) BETWEEN 1 AND 500)
);

-- Last, since it keeps the customers from being written.
ALTER TABLE erasure_holds ADD CONSTRAINT erasure_holds_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id);
