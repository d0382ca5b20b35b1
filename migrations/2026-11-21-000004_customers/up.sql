-- id is a UUIDv7 whose time is created_at, so the primary key is also the newest-first index.
CREATE TABLE customers (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  name text,
  first_name text,
  last_name text,
  company text,
  email text,
  phone text,                 -- E.164, what search and later senders use
  phone_typed text,           -- as the person wrote it
  language text,
  country text,               -- of the default billing address; kept here for lists and filters
  description text,
  reference text,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  -- Sort keys are never NULL: a NULL drops out of the row comparisons that paging is made of.
  name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (fold(coalesce(name, email, phone, ''))) STORED,
  email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(coalesce(email, ''))) STORED,
  search text NOT NULL GENERATED ALWAYS AS (
    ' ' || fold(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))
        || ' ' || coalesce(ltrim(phone, '+'), '')) STORED,
  CONSTRAINT customers_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT customers_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT customers_kind_known CHECK (kind IN ('person', 'organization')),
  CONSTRAINT customers_someone CHECK (coalesce(name, email, phone) IS NOT NULL),
  CONSTRAINT customers_version_positive CHECK (version > 0),
  CONSTRAINT customers_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
  CONSTRAINT customers_lengths CHECK (
    length(name) <= 200 AND length(first_name) <= 200 AND length(last_name) <= 200 AND length(email) <= 254 AND
    length(company) <= 500 AND length(description) <= 500 AND length(reference) <= 500)
);
CREATE INDEX customers_by_name ON customers (account_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_email ON customers (account_id, email_key, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_phone ON customers (account_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX customers_by_country ON customers (account_id, country, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_deleted ON customers (account_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX customers_deleted_by_email ON customers (account_id, email_key) WHERE deleted_at IS NOT NULL;
-- fastupdate=off: a pending list makes single writes stall for seconds when it is merged.
CREATE INDEX customers_by_text ON customers USING gin (account_id, search gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX customers_by_metadata ON customers USING gin (account_id, metadata jsonb_path_ops) WITH (fastupdate = off);

CREATE TABLE addresses (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL,
  is_default boolean NOT NULL,
  line1 text,
  line2 text,
  city text,
  region text,
  postal_code text,
  country text,
  CONSTRAINT addresses_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT addresses_customer FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE,
  CONSTRAINT addresses_kind_known CHECK (kind IN ('billing', 'shipping')),
  CONSTRAINT addresses_something CHECK (coalesce(line1, line2, city, region, postal_code, country) IS NOT NULL),
  CONSTRAINT addresses_country_code CHECK (country ~ '^[A-Z]{2}$')
);
CREATE INDEX addresses_by_customer ON addresses (account_id, customer_id, id);
CREATE UNIQUE INDEX addresses_one_default ON addresses (account_id, customer_id, kind) WHERE is_default;
