-- The sandbox forgets the key of an order after a while, as other gateways do, and says in its books how often it carried
-- one out. Null is an order of before, whose key is kept.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE sandbox_orders IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE sandbox_orders ADD COLUMN placed_at timestamptz;
ALTER TABLE sandbox_orders ADD COLUMN times integer;  -- how often it was carried out; null is once
