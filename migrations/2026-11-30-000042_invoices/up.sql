-- An invoice: a bill with a number, addressed to a customer. Its number, its lines and its total never change.
CREATE TABLE invoices (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  number text COLLATE "C" NOT NULL,  -- as printed: SG-2026-0412
  series_year smallint NOT NULL,     -- whose numbers it is of; 0 where they never restart
  series_no bigint NOT NULL,
  customer_id uuid NOT NULL,
  subscription_id uuid,              -- whose periods it bills; nothing when it was made by hand
  replaces_id uuid,                  -- the voided invoice that it corrects
  status text NOT NULL,
  currency text NOT NULL,
  total bigint NOT NULL,             -- in the currency's smallest unit
  paid bigint NOT NULL,
  collects text NOT NULL,            -- charge: a payment method; invoice: it is sent, and its money comes in
  method_id uuid,                    -- to charge; nothing is the wallet's default of that day
  issued_on date NOT NULL,
  due_on date NOT NULL,
  bill_to jsonb NOT NULL,            -- who it is addressed to, as they were
  memo text,
  reference text,
  tries integer NOT NULL,            -- how often collecting it failed
  first_failed_at timestamptz,
  next_try_at timestamptz,
  failure text,                      -- why the last try failed, as a code
  is_overdue boolean NOT NULL,       -- it was told that due_on has passed
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT invoices_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT invoices_version_positive CHECK (version > 0),
  CONSTRAINT invoices_series_possible CHECK (series_no > 0 AND (series_year = 0 OR series_year BETWEEN 2000 AND 9999)),
  CONSTRAINT invoices_status_known CHECK (status IN ('open', 'paid', 'void', 'uncollectible')),
  CONSTRAINT invoices_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT invoices_total_possible CHECK (total BETWEEN 1 AND 1000000000000),
  CONSTRAINT invoices_paid_possible CHECK (paid BETWEEN 0 AND total),
  CONSTRAINT invoices_paid_as_its_status CHECK ((status = 'paid') = (paid = total) AND (status <> 'void' OR paid = 0)),
  CONSTRAINT invoices_closed_as_its_status CHECK ((status = 'open') = (closed_at IS NULL)),
  CONSTRAINT invoices_collects_known CHECK (collects IN ('charge', 'invoice')),
  CONSTRAINT invoices_due_possible CHECK (due_on >= issued_on),
  CONSTRAINT invoices_tries_possible CHECK (tries >= 0 AND (tries > 0) = (first_failed_at IS NOT NULL)),
  CONSTRAINT invoices_lengths CHECK (length(number) BETWEEN 1 AND 40 AND length(memo) <= 500 AND length(reference) <= 500)
);
CREATE UNIQUE INDEX invoices_each_number_once ON invoices (account_id, number);
CREATE UNIQUE INDEX invoices_each_place_once ON invoices (account_id, series_year, series_no);
CREATE INDEX invoices_by_customer ON invoices (account_id, customer_id, id);
CREATE INDEX invoices_by_status ON invoices (account_id, status, id);
CREATE INDEX invoices_by_subscription ON invoices (account_id, subscription_id, id) WHERE subscription_id IS NOT NULL;
CREATE INDEX invoices_open_by_due ON invoices (account_id, due_on, id) WHERE status = 'open';

-- What an invoice is for, in order.
CREATE TABLE invoice_lines (
  account_id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  position smallint NOT NULL,
  description text NOT NULL,
  quantity integer NOT NULL,
  unit_amount bigint NOT NULL,       -- less than nothing is a discount
  amount bigint NOT NULL,
  subscription_id uuid,              -- the period it bills: from a day until another, that day not included
  period_no integer,
  period_from date,
  period_until date,
  is_void boolean NOT NULL,          -- its invoice is: the period may be billed again
  CONSTRAINT invoice_lines_pkey PRIMARY KEY (account_id, invoice_id, position),
  CONSTRAINT invoice_lines_position_positive CHECK (position > 0),
  CONSTRAINT invoice_lines_quantity_possible CHECK (quantity BETWEEN 1 AND 1000000),
  CONSTRAINT invoice_lines_amount_of_its_parts CHECK (amount = quantity * unit_amount),
  CONSTRAINT invoice_lines_description_length CHECK (length(description) BETWEEN 1 AND 500),
  CONSTRAINT invoice_lines_period_whole CHECK (num_nulls(subscription_id, period_no, period_from, period_until) IN (0, 4)),
  CONSTRAINT invoice_lines_period_possible CHECK (period_no > 0 AND period_from < period_until)
);
-- Each period is billed once.
CREATE UNIQUE INDEX invoice_lines_each_period_once ON invoice_lines (account_id, subscription_id, period_no)
  WHERE subscription_id IS NOT NULL AND NOT is_void;
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_invoice
  FOREIGN KEY (account_id, invoice_id) REFERENCES invoices (account_id, id);

-- The numbers of an account's invoices, one after the other without a gap. Year 0 never restarts.
CREATE TABLE invoice_series (
  account_id uuid NOT NULL,
  year smallint NOT NULL,
  next_no bigint NOT NULL,
  last_on date NOT NULL,             -- the last invoice's day: no later number has an earlier one
  CONSTRAINT invoice_series_pkey PRIMARY KEY (account_id, year),
  CONSTRAINT invoice_series_year_possible CHECK (year = 0 OR year BETWEEN 2000 AND 9999),
  CONSTRAINT invoice_series_next_positive CHECK (next_no > 0)
);

-- A subscription: a customer is charged again and again. It carries its own copy of what it costs. Period n begins as many
-- intervals after anchor_on as n is after anchor_no. id is a UUIDv7 whose time is that of its creation.
CREATE TABLE subscriptions (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  customer_id uuid NOT NULL,
  name text NOT NULL,
  price_id uuid,                     -- where its money was copied from; nothing for an amount of its own
  amount bigint NOT NULL,            -- in the currency's smallest unit
  currency text NOT NULL,
  interval_unit text NOT NULL,
  interval_count integer NOT NULL,
  monthly bigint NOT NULL,           -- amount put on a month
  days_until_due integer,            -- of the bill that is sent; nothing charges a payment method
  method_id uuid,                    -- to charge; nothing is the wallet's default of that day
  status text NOT NULL,
  anchor_on date NOT NULL,
  anchor_no integer NOT NULL,
  anchor_day smallint NOT NULL,      -- the day of the month, where the month has it
  period_no integer NOT NULL,        -- the last one billed; 0 before the first
  period_from date,
  period_until date,
  next_on date,                      -- the next charge; nothing when there is none to come
  ends_on date,
  next_amount bigint,                -- agreed from the next period on
  next_price_id uuid,
  unpaid integer NOT NULL,           -- its open invoices that failed or are overdue
  given_up_on date,                  -- tries are over and nobody decided yet: it stands still
  pay_until timestamptz,             -- incomplete: until then
  started_on date NOT NULL,
  ended_at timestamptz,
  end_reason text,
  metadata jsonb NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT subscriptions_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT subscriptions_version_positive CHECK (version > 0),
  CONSTRAINT subscriptions_name_length CHECK (length(name) BETWEEN 1 AND 100),
  CONSTRAINT subscriptions_amount_possible CHECK (amount BETWEEN 1 AND 1000000000000),
  CONSTRAINT subscriptions_next_amount_possible CHECK (next_amount BETWEEN 1 AND 1000000000000),
  CONSTRAINT subscriptions_monthly_possible CHECK (monthly >= 0),
  CONSTRAINT subscriptions_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT subscriptions_interval_unit_known CHECK (interval_unit IN ('day', 'week', 'month', 'year')),
  -- 3 years at most.
  CONSTRAINT subscriptions_interval_possible CHECK (interval_count BETWEEN 1 AND
    CASE interval_unit WHEN 'day' THEN 1095 WHEN 'week' THEN 156 WHEN 'month' THEN 36 WHEN 'year' THEN 3 END),
  CONSTRAINT subscriptions_days_until_due_possible CHECK (days_until_due BETWEEN 0 AND 365),
  CONSTRAINT subscriptions_status_known CHECK (status IN ('trialing', 'incomplete', 'active', 'past_due', 'canceled')),
  CONSTRAINT subscriptions_ended_as_its_status CHECK (
    (status = 'canceled') = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
  CONSTRAINT subscriptions_end_reason_known CHECK (
    end_reason IN ('by_staff', 'period_end', 'unpaid', 'never_paid', 'customer_deleted')),
  CONSTRAINT subscriptions_incomplete_until CHECK ((status = 'incomplete') = (pay_until IS NOT NULL)),
  CONSTRAINT subscriptions_past_due_while_unpaid CHECK (
    (status = 'past_due') = (unpaid > 0 AND ended_at IS NULL AND pay_until IS NULL)),
  CONSTRAINT subscriptions_unpaid_possible CHECK (unpaid >= 0),
  CONSTRAINT subscriptions_one_thing_waits CHECK (ends_on IS NULL OR next_amount IS NULL),
  CONSTRAINT subscriptions_next_while_it_goes_on CHECK (next_on IS NULL OR (status <> 'canceled' AND given_up_on IS NULL)),
  CONSTRAINT subscriptions_anchor_possible CHECK (anchor_day BETWEEN 1 AND 31 AND anchor_no > 0),
  CONSTRAINT subscriptions_period_whole CHECK (
    period_no >= 0 AND (period_no = 0) = (period_from IS NULL) AND (period_from IS NULL) = (period_until IS NULL))
);
CREATE INDEX subscriptions_by_customer ON subscriptions (account_id, customer_id, id) INCLUDE (status);
CREATE INDEX subscriptions_customers_by_status ON subscriptions (account_id, status, customer_id);
CREATE INDEX subscriptions_by_status ON subscriptions (account_id, status, id);
CREATE INDEX subscriptions_by_next ON subscriptions (account_id, next_on, id) INCLUDE (currency, amount)
  WHERE next_on IS NOT NULL;
CREATE INDEX subscriptions_by_amount ON subscriptions (account_id, currency, amount, id);
CREATE INDEX subscriptions_by_price ON subscriptions (account_id, price_id, id) WHERE price_id IS NOT NULL;
CREATE INDEX subscriptions_by_method ON subscriptions (account_id, method_id)
  WHERE method_id IS NOT NULL AND ended_at IS NULL;
CREATE INDEX subscriptions_revenue ON subscriptions (account_id, currency) INCLUDE (monthly)
  WHERE status IN ('active', 'past_due') AND given_up_on IS NULL;

-- Last, since they keep the customers from being written.
ALTER TABLE invoices ADD CONSTRAINT invoices_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id);
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id);
