-- A payment method: a card or bank account that a customer keeps; together they are the wallet.
CREATE TABLE payment_methods (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  customer_id uuid NOT NULL,
  kind text NOT NULL,
  brand text NOT NULL,           -- the card's brand or the bank's name
  last4 text NOT NULL,
  expires_on date,               -- a card's last day; a bank account has none
  fingerprint text NOT NULL,     -- the same for the same card or bank account
  credential text NOT NULL,      -- what the gateway knows it by
  billing jsonb,                 -- its own billing address
  is_default boolean NOT NULL,
  consent_source text,           -- how the customer agreed to be charged, and when
  consent_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  removed_at timestamptz,        -- out of the wallet; destroyed 30 days later
  CONSTRAINT payment_methods_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT payment_methods_customer FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE,
  CONSTRAINT payment_methods_version_positive CHECK (version > 0),
  CONSTRAINT payment_methods_kind_known CHECK (kind IN ('card', 'bank_account')),
  CONSTRAINT payment_methods_last4_digits CHECK (last4 ~ '^[0-9A-Z]{4}$'),
  CONSTRAINT payment_methods_cards_expire CHECK ((kind = 'card') = (expires_on IS NOT NULL)),
  CONSTRAINT payment_methods_default_is_kept CHECK (NOT (is_default AND removed_at IS NOT NULL))
);
CREATE INDEX payment_methods_by_customer ON payment_methods (account_id, customer_id, id);
CREATE UNIQUE INDEX payment_methods_one_default ON payment_methods (account_id, customer_id) WHERE is_default;
CREATE UNIQUE INDEX payment_methods_same_once ON payment_methods (account_id, customer_id, fingerprint) WHERE removed_at IS NULL;
CREATE INDEX payment_methods_by_last4 ON payment_methods (account_id, last4, customer_id) WHERE removed_at IS NULL;
CREATE INDEX payment_methods_by_expiry ON payment_methods (account_id, expires_on, customer_id) WHERE removed_at IS NULL;

-- Tokens that were used: each makes one charge or one method.
CREATE TABLE used_tokens (
  account_id uuid NOT NULL,
  token text NOT NULL,
  used_at timestamptz NOT NULL,
  CONSTRAINT used_tokens_pkey PRIMARY KEY (account_id, token),
  CONSTRAINT used_tokens_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- How many methods a wallet holds.
ALTER TABLE merchants ADD COLUMN wallet_size integer NOT NULL DEFAULT 4;
ALTER TABLE merchants ALTER COLUMN wallet_size DROP DEFAULT;
ALTER TABLE merchants ADD CONSTRAINT merchants_wallet_size_possible CHECK (wallet_size BETWEEN 1 AND 20);

-- The sandbox, which stands for a gateway in test accounts: what it was told, under the keys it was told it with. The dashboard
-- asks it as it would ask a gateway outside, never by joining these.
CREATE TABLE sandbox_tokens (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  instrument jsonb NOT NULL,     -- brand, last four, expiry, fingerprint and credential; never a number
  expires_at timestamptz NOT NULL,
  CONSTRAINT sandbox_tokens_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT sandbox_tokens_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX sandbox_tokens_by_age ON sandbox_tokens (expires_at);
CREATE TABLE sandbox_orders (
  account_id uuid NOT NULL,
  key uuid NOT NULL,             -- the payment's or refund's id: the same order twice is one
  kind text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  credential text NOT NULL,
  outcome text NOT NULL,         -- succeeded, canceled, or why it failed
  settles_at timestamptz NOT NULL,
  CONSTRAINT sandbox_orders_pkey PRIMARY KEY (account_id, key),
  CONSTRAINT sandbox_orders_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT sandbox_orders_kind_known CHECK (kind IN ('charge', 'refund'))
);
