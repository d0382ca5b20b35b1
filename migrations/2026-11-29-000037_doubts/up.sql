-- What of a customer's record needs another look. It is found with each write, so that each kind is counted and listed at
-- once; a deleted customer has none.
CREATE TABLE doubts (
  account_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL,
  is_dismissed boolean NOT NULL,  -- somebody looked and said that it is right
  CONSTRAINT doubts_pkey PRIMARY KEY (account_id, customer_id, kind)
);
CREATE INDEX doubts_open ON doubts (account_id, kind, customer_id) WHERE NOT is_dismissed;

-- A job reads the records that are there, since it takes more than SQL to tell.
INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
  SELECT gen_random_uuid(), id, 'find_doubts', '00000000-0000-0000-0000-000000000000', now(), 0, now() FROM accounts;

-- Last, since it keeps the customers from being written.
ALTER TABLE doubts ADD CONSTRAINT doubts_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE;
