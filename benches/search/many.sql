-- Multiplies the demo's subscriptions, with all that hangs on them but their payments, to a million with ten million
-- invoices. Copies go to customers who have something to charge; they keep their days and their state, and their numbers
-- leave gaps.
SET session_replication_role = replica; -- what is copied refers to what is there
SET maintenance_work_mem = '1GB';
SET work_mem = '256MB';
SET synchronous_commit = off;
SET jit = off;

CREATE TEMP TABLE holders AS
  SELECT row_number() OVER (ORDER BY c.id) - 1 AS n, c.id FROM customers c
  JOIN payment_methods m ON m.account_id = c.account_id AND m.customer_id = c.id AND m.is_default
  WHERE c.deleted_at IS NULL AND c.account_id = (SELECT account_id FROM subscriptions GROUP BY 1 ORDER BY count(*) DESC LIMIT 1);
CREATE INDEX ON holders (n);
CREATE TEMP TABLE copies AS
  WITH originals AS (
    SELECT account_id, id, row_number() OVER (ORDER BY id) AS n FROM subscriptions
    WHERE account_id = (SELECT account_id FROM customers WHERE id = (SELECT id FROM holders LIMIT 1)))
  SELECT o.account_id, o.id, k, h.id AS customer_id FROM originals o
  CROSS JOIN generate_series(1, (SELECT greatest(0, round(1000000.0 / count(*))::integer - 1) FROM originals)) k
  JOIN holders h ON h.n = (o.n * 7 + k * 104729) % (SELECT count(*) FROM holders);
CREATE INDEX ON copies (id);
ANALYZE holders, copies;

-- The same identifier with another end for each copy, so that copies stand beside what they are copied from.
CREATE FUNCTION pg_temp.copy_of(id uuid, k integer) RETURNS uuid IMMUTABLE LANGUAGE sql
  RETURN overlay(id::text PLACING lpad(to_hex(('x' || right(id::text, 3))::bit(12)::integer # k), 3, '0') FROM 34)::uuid;
-- Copies the rows t of a table for the copies c, some columns otherwise.
CREATE PROCEDURE pg_temp.copy_rows(name text, others jsonb, matching text) LANGUAGE plpgsql AS $$
DECLARE columns text;
BEGIN
  SELECT string_agg(coalesce(others ->> attname::text, format('t.%I', attname)), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped;
  EXECUTE format('INSERT INTO %I SELECT %s FROM copies c JOIN %I t ON t.account_id = c.account_id AND %s',
    name, columns, name, matching);
END $$;

-- Each index but the keys is built once, at the end.
CREATE TEMP TABLE indexes AS
  SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid IN ('subscriptions'::regclass, 'invoices'::regclass, 'invoice_lines'::regclass, 'jobs'::regclass)
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid);
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT i.name FROM indexes i LOOP EXECUTE format('DROP INDEX %I', name); END LOOP;
END $$;

CALL pg_temp.copy_rows('invoice_lines', '{"invoice_id": "pg_temp.copy_of(t.invoice_id, c.k)",
  "subscription_id": "pg_temp.copy_of(t.subscription_id, c.k)"}', 't.subscription_id = c.id');
CALL pg_temp.copy_rows('invoices', '{"id": "pg_temp.copy_of(t.id, c.k)", "customer_id": "c.customer_id",
  "subscription_id": "pg_temp.copy_of(t.subscription_id, c.k)", "series_no": "t.series_no + c.k * 10000000",
  "number": "left(t.number, 10) || t.series_no + c.k * 10000000"}', 't.subscription_id = c.id');
CALL pg_temp.copy_rows('jobs', '{"id": "pg_temp.copy_of(t.id, c.k)", "subject_id": "pg_temp.copy_of(t.subject_id, c.k)"}',
  't.subject_id = c.id AND t.kind = ''advance_subscription''');
CALL pg_temp.copy_rows('events', '{"id": "pg_temp.copy_of(t.id, c.k)", "subject_id": "pg_temp.copy_of(t.subject_id, c.k)",
  "customer_id": "c.customer_id"}', 't.subject_id = c.id AND t.after ? ''revenue''');
CALL pg_temp.copy_rows('subscriptions', '{"id": "pg_temp.copy_of(t.id, c.k)", "customer_id": "c.customer_id"}', 't.id = c.id');
INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
  SELECT gen_random_uuid(), i.account_id, 'collect_invoice', i.id, i.next_try_at, 0, i.created_at FROM invoices i
  WHERE i.status = 'open' AND i.next_try_at IS NOT NULL
  ON CONFLICT DO NOTHING;
UPDATE invoice_series n SET next_no = greatest(next_no,
  1 + (SELECT max(series_no) FROM invoices i WHERE i.account_id = n.account_id AND i.series_year = n.year));

DO $$
DECLARE made text;
BEGIN
  FOR made IN SELECT i.made FROM indexes i LOOP EXECUTE made; END LOOP;
END $$;
