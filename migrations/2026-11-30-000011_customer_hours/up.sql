-- How many customers were created in each hour, so that what came in a week is known at once however many there are. The
-- hours are those of UTC: a week of any time zone is made of whole ones, and of what begins and ends it.
CREATE TABLE customer_hours (
  account_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  shard smallint NOT NULL,          -- each connection adds to a row of its own number
  active bigint NOT NULL,           -- those created in it that are not deleted
  CONSTRAINT customer_hours_pkey PRIMARY KEY (account_id, hour, shard)
);

-- Nobody creates or deletes while they are counted.
LOCK TABLE customers IN SHARE MODE;
INSERT INTO customer_hours (account_id, hour, shard, active)
  SELECT account_id, date_trunc('hour', created_at, 'UTC'), 0, count(*)
  FROM customers WHERE deleted_at IS NULL GROUP BY 1, 2;

-- Last, since it keeps the accounts from being written.
ALTER TABLE customer_hours ADD CONSTRAINT customer_hours_account FOREIGN KEY (account_id) REFERENCES accounts (id);
