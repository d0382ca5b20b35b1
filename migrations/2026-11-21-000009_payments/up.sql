-- A payment: money asked from or paid by a customer. id is a UUIDv7 whose time is created_at, so the primary key is the
-- newest-first index. Amounts are minor units of the currency.
CREATE TABLE payments (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  customer_id uuid,              -- nobody yet: can be attached later
  amount bigint NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  refunded bigint NOT NULL,      -- by refunds that succeeded
  is_recorded boolean NOT NULL,  -- it happened elsewhere; no gateway knows it
  description text,
  reference text,                -- the merchant's own number for it
  method_id uuid,                -- of the wallet; no foreign key, a method may be destroyed and its payments stay
  method_kind text,              -- card, bank_account; what is known of how it was paid stays with the payment
  method_brand text,             -- the card's brand or the bank's name
  method_last4 text,
  method_expires_on date,        -- the last day of a card
  method_fingerprint text,
  method_credential text,        -- what the gateway knows the method by
  billing jsonb,                 -- the billing address of this charge
  failure text,                  -- why it failed, as the gateway's code
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payments_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT payments_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT payments_customer FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id),
  CONSTRAINT payments_version_positive CHECK (version > 0),
  CONSTRAINT payments_amount_possible CHECK (amount BETWEEN 1 AND 1000000000000),
  CONSTRAINT payments_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT payments_status_known CHECK (
    status IN ('processing', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded')),
  CONSTRAINT payments_refunded_as_its_status CHECK (CASE status
    WHEN 'partially_refunded' THEN refunded > 0 AND refunded < amount
    WHEN 'refunded' THEN refunded = amount
    ELSE refunded = 0 END),
  CONSTRAINT payments_failure_of_failed CHECK (failure IS NULL OR status = 'failed'),
  CONSTRAINT payments_method_kind_known CHECK (method_kind IN ('card', 'bank_account')),
  CONSTRAINT payments_last4_of_method CHECK (method_last4 IS NULL OR method_kind IS NOT NULL),
  CONSTRAINT payments_lengths CHECK (length(description) <= 500 AND length(reference) <= 500)
);
CREATE INDEX payments_by_customer ON payments (account_id, customer_id, id)
  INCLUDE (status, currency, amount, refunded, created_at) WHERE customer_id IS NOT NULL;
CREATE INDEX payments_of_nobody ON payments (account_id, id) WHERE customer_id IS NULL;
CREATE INDEX payments_by_status ON payments (account_id, status, id);
CREATE INDEX payments_by_last4 ON payments (account_id, method_last4, id) WHERE method_last4 IS NOT NULL;
CREATE INDEX payments_by_amount ON payments (account_id, currency, amount, id);
CREATE UNIQUE INDEX payments_reference_unique ON payments (account_id, reference) WHERE reference IS NOT NULL;

-- A refund: part or all of a payment given back. Its amount counts against the payment from the moment it is asked for.
CREATE TABLE refunds (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  payment_id uuid NOT NULL,
  amount bigint NOT NULL,
  status text NOT NULL,
  reason text,
  failure text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT refunds_payment FOREIGN KEY (account_id, payment_id) REFERENCES payments (account_id, id),
  CONSTRAINT refunds_amount_positive CHECK (amount > 0),
  CONSTRAINT refunds_status_known CHECK (status IN ('processing', 'succeeded', 'failed')),
  CONSTRAINT refunds_failure_of_failed CHECK (failure IS NULL OR status = 'failed'),
  CONSTRAINT refunds_reason_length CHECK (length(reason) <= 500)
);
CREATE INDEX refunds_by_payment ON refunds (account_id, payment_id, id);

-- What a customer's payments come to, in each currency: those that ever succeeded, at their full amount, with what was
-- refunded beside it. Written in the payment's transaction. A currency without such a payment has no row. It is no part of customers,
-- whose every update rewrites its index of words.
CREATE TABLE payment_figures (
  account_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  currency text NOT NULL,
  payments bigint NOT NULL,
  volume bigint NOT NULL,
  refunds bigint NOT NULL,
  refunded bigint NOT NULL,
  last_payment_at timestamptz NOT NULL,
  CONSTRAINT payment_figures_pkey PRIMARY KEY (account_id, customer_id, currency),
  CONSTRAINT payment_figures_customer FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE,
  CONSTRAINT payment_figures_of_something CHECK (payments > 0 AND volume > 0),
  CONSTRAINT payment_figures_refunds_within CHECK (refunds >= 0 AND refunded BETWEEN 0 AND volume)
);
CREATE INDEX payment_figures_by_volume ON payment_figures (account_id, currency, volume, customer_id);

-- The same over all currencies, where it can be added: how many, and the newest. A customer who never paid has no row.
CREATE TABLE payment_totals (
  account_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  payments bigint NOT NULL,
  last_payment_at timestamptz NOT NULL,
  CONSTRAINT payment_totals_pkey PRIMARY KEY (account_id, customer_id),
  CONSTRAINT payment_totals_customer FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE,
  CONSTRAINT payment_totals_of_something CHECK (payments > 0)
);
CREATE INDEX payment_totals_by_last ON payment_totals (account_id, last_payment_at, customer_id);
CREATE INDEX payment_totals_by_payments ON payment_totals (account_id, payments, customer_id);

-- The customer whom an event of something else (a payment, a method) is also about.
ALTER TABLE events ADD COLUMN customer_id uuid;
CREATE INDEX events_by_customer ON events (account_id, customer_id, id) WHERE customer_id IS NOT NULL;
