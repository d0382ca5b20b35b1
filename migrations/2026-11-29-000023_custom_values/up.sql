-- The values of the merchant's own fields: in the customer's row by key, as JSON of their kind, NULL where there are none;
-- and beside it once more, in a form that sorts like them, for searches and orders.
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
ALTER TABLE customers ADD COLUMN custom jsonb;

CREATE TABLE custom_values (
  account_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  CONSTRAINT custom_values_pkey PRIMARY KEY (account_id, customer_id, key, value)
);
CREATE INDEX custom_values_by_value ON custom_values (account_id, key, value, customer_id);

-- The values of a customer as they are compared. Numbers lie between -10^12 and 10^12 and have at most six digits after
-- the point: moved up and with all digits, their texts sort like them. Money sorts by currency, then by amount.
CREATE FUNCTION custom_values_of(custom jsonb) RETURNS TABLE (key text, value text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT DISTINCT pair.key, CASE jsonb_typeof(one)
      WHEN 'number' THEN to_char((one #>> '{}')::numeric + 1e12::numeric, 'FM0000000000000.000000')
      WHEN 'object' THEN (one ->> 'currency') || to_char((one ->> 'amount')::numeric + 1e18::numeric, 'FM0000000000000000000')
      ELSE left(fold(one #>> '{}'), 500) END
  FROM jsonb_each(custom) AS pair
    CROSS JOIN LATERAL jsonb_array_elements(
      CASE jsonb_typeof(pair.value) WHEN 'array' THEN pair.value ELSE jsonb_build_array(pair.value) END) AS one $$;

-- Last, since it keeps the customers from being written.
ALTER TABLE custom_values ADD CONSTRAINT custom_values_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE;
