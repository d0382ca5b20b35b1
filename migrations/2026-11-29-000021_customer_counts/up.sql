-- How many customers an account has, so that a list of all of them says their number exactly. Each connection adds to a
-- row of its own number, so that two who create at once seldom wait for each other; the sum of the rows is what is meant.
CREATE TABLE customer_counts (
  account_id uuid NOT NULL,
  shard smallint NOT NULL,
  active bigint NOT NULL,
  deleted bigint NOT NULL,
  CONSTRAINT customer_counts_pkey PRIMARY KEY (account_id, shard)
);

-- Nobody creates or deletes while they are counted.
LOCK TABLE customers IN SHARE MODE;
INSERT INTO customer_counts (account_id, shard, active, deleted)
  SELECT account_id, 0, count(*) FILTER (WHERE deleted_at IS NULL), count(*) FILTER (WHERE deleted_at IS NOT NULL)
  FROM customers GROUP BY account_id;

-- Last, since it keeps the accounts from being written.
ALTER TABLE customer_counts ADD CONSTRAINT customer_counts_account FOREIGN KEY (account_id) REFERENCES accounts (id);
