-- A view: a named, saved query over customers, with its order and its columns. staff_id is the person who keeps it;
-- a shared one is seen by everybody in the account.
CREATE TABLE views (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  staff_id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  sort text NOT NULL,
  column_names text[] NOT NULL,
  is_shared boolean NOT NULL,
  position integer NOT NULL,  -- among the shared ones, or among one person's own; ties are ordered by id
  name_key text NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
  CONSTRAINT views_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT views_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT views_version_positive CHECK (version > 0),
  CONSTRAINT views_name_length CHECK (length(name) BETWEEN 1 AND 60),
  CONSTRAINT views_query_length CHECK (length(query) <= 2000),
  CONSTRAINT views_columns_count CHECK (cardinality(column_names) BETWEEN 1 AND 10)
);
CREATE UNIQUE INDEX views_shared_name_unique ON views (account_id, name_key) WHERE is_shared;
CREATE UNIQUE INDEX views_own_name_unique ON views (account_id, staff_id, name_key) WHERE NOT is_shared;

-- The view that a person begins with in an account. It points at no row of views on purpose: a view that is deleted
-- and brought back is again what everybody begins with who did before.
CREATE TABLE view_defaults (
  account_id uuid NOT NULL,
  staff_id uuid NOT NULL,
  view_id uuid NOT NULL,
  CONSTRAINT view_defaults_pkey PRIMARY KEY (account_id, staff_id),
  CONSTRAINT view_defaults_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
