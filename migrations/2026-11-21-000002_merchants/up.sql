-- A merchant has exactly two accounts, live and test; every row of data belongs to one account.
CREATE TABLE merchants (
  id uuid NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL,
  default_country text NOT NULL,
  default_currency text NOT NULL,
  required_fields text[] NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT merchants_pkey PRIMARY KEY (id),
  CONSTRAINT merchants_name_unique UNIQUE (name),
  CONSTRAINT merchants_name_length CHECK (length(name) BETWEEN 1 AND 200),
  CONSTRAINT merchants_default_country_code CHECK (default_country ~ '^[A-Z]{2}$'),
  CONSTRAINT merchants_default_currency_code CHECK (default_currency ~ '^[A-Z]{3}$')
);

CREATE TABLE accounts (
  id uuid NOT NULL,
  merchant_id uuid NOT NULL,
  mode text NOT NULL,
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_merchant FOREIGN KEY (merchant_id) REFERENCES merchants (id),
  CONSTRAINT accounts_mode_unique UNIQUE (merchant_id, mode),
  CONSTRAINT accounts_mode_known CHECK (mode IN ('live', 'test'))
);
