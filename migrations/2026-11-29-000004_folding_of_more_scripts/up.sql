-- What is typed is compared in the next form, and customers are written in it alone. Who was writing one in both forms is
-- waited for, so that the step after finds them all.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE customers IN SHARE ROW EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
DO $$
BEGIN
  EXECUTE replace(pg_get_functiondef('fold_next'::regproc), '_next', '');
  EXECUTE replace(pg_get_functiondef('search_text_next'::regproc), '_next', '');
END $$;
CREATE OR REPLACE FUNCTION customer_search(name text, email text, company text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT public.search_text(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))
$$;
DROP FUNCTION fold_next, search_text_next;
