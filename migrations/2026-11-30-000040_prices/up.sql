-- Amounts with how often they are charged. The money of a price never changes, and no price is ever deleted: an archived one
-- is only offered no more.
CREATE TABLE prices (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  name text NOT NULL,
  key text COLLATE "C",               -- the merchant's own handle, taken wherever an id is
  amount bigint NOT NULL,             -- in the currency's smallest unit
  currency text NOT NULL,
  interval_unit text NOT NULL,
  interval_count integer NOT NULL,
  trial_days integer NOT NULL,        -- the days before the first charge
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  CONSTRAINT prices_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT prices_version_positive CHECK (version > 0),
  CONSTRAINT prices_name_length CHECK (length(name) BETWEEN 1 AND 100),
  CONSTRAINT prices_key_form CHECK (key ~ '^[a-z0-9_-]{1,60}$'),
  CONSTRAINT prices_amount_possible CHECK (amount BETWEEN 1 AND 1000000000000),
  CONSTRAINT prices_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT prices_interval_unit_known CHECK (interval_unit IN ('day', 'week', 'month', 'year')),
  -- 3 years at most.
  CONSTRAINT prices_interval_possible CHECK (interval_count BETWEEN 1 AND
    CASE interval_unit WHEN 'day' THEN 1095 WHEN 'week' THEN 156 WHEN 'month' THEN 36 WHEN 'year' THEN 3 END),
  CONSTRAINT prices_trial_possible CHECK (trial_days BETWEEN 0 AND 1095)
);
CREATE UNIQUE INDEX prices_each_key_once ON prices (account_id, key) WHERE key IS NOT NULL;
-- Each half of the list in its order, the newest first.
CREATE INDEX prices_offered ON prices (account_id, id) WHERE archived_at IS NULL;
CREATE INDEX prices_archived ON prices (account_id, id) WHERE archived_at IS NOT NULL;

-- Last, since it keeps the accounts from being written.
ALTER TABLE prices ADD CONSTRAINT prices_account FOREIGN KEY (account_id) REFERENCES accounts (id);
