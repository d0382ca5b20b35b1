-- A payment schedule: sums that a customer agreed to pay on days to come. id is a UUIDv7 whose time is that of its creation.
CREATE TABLE payment_schedules (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  customer_id uuid NOT NULL,
  description text NOT NULL,
  currency text NOT NULL,
  total bigint NOT NULL,             -- of all parts that are not skipped, in the currency's smallest unit
  paid bigint NOT NULL,              -- of those that are paid
  method_id uuid,                    -- to charge; nothing is the wallet's default of that day
  status text NOT NULL,
  next_on date,                      -- the next charge; nothing when there is none to come by itself
  ended_at timestamptz,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payment_schedules_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT payment_schedules_version_positive CHECK (version > 0),
  CONSTRAINT payment_schedules_description_length CHECK (length(description) BETWEEN 1 AND 100),
  CONSTRAINT payment_schedules_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT payment_schedules_total_possible CHECK (total BETWEEN 0 AND 1000000000000),
  CONSTRAINT payment_schedules_paid_possible CHECK (paid BETWEEN 0 AND total),
  CONSTRAINT payment_schedules_status_known CHECK (status IN ('active', 'past_due', 'finished', 'canceled')),
  CONSTRAINT payment_schedules_ended_as_its_status CHECK (
    (status IN ('finished', 'canceled')) = (ended_at IS NOT NULL) AND (ended_at IS NULL OR paid = total)),
  CONSTRAINT payment_schedules_next_while_it_goes_on CHECK (next_on IS NULL OR status = 'active')
);
CREATE INDEX payment_schedules_by_customer ON payment_schedules (account_id, customer_id, id) INCLUDE (status);
CREATE INDEX payment_schedules_by_status ON payment_schedules (account_id, status, id);
CREATE INDEX payment_schedules_by_next ON payment_schedules (account_id, coalesce(next_on, '9999-12-31'::date), id);
CREATE INDEX payment_schedules_by_day ON payment_schedules (account_id, next_on) WHERE next_on IS NOT NULL;
CREATE INDEX payment_schedules_by_total ON payment_schedules (account_id, currency, total, id);

-- The parts of a payment schedule: each is a payment to come.
CREATE TABLE schedule_parts (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  position smallint NOT NULL,        -- its number, from 1
  due_on date NOT NULL,
  amount bigint NOT NULL,
  status text NOT NULL,
  tries integer NOT NULL,            -- how often charging it failed
  first_failed_at timestamptz,
  next_try_at timestamptz,           -- it is not tried before then
  failure text,                      -- why the last try failed, as a code
  CONSTRAINT schedule_parts_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT schedule_parts_position_positive CHECK (position > 0),
  CONSTRAINT schedule_parts_amount_possible CHECK (amount BETWEEN 1 AND 1000000000000),
  CONSTRAINT schedule_parts_status_known CHECK (status IN ('planned', 'processing', 'paid', 'failed', 'skipped')),
  CONSTRAINT schedule_parts_tries_possible CHECK (tries >= 0 AND (tries > 0) = (first_failed_at IS NOT NULL)),
  CONSTRAINT schedule_parts_failed_after_tries CHECK (
    (status <> 'failed' OR tries > 0) AND (status <> 'planned' OR tries = 0)),
  CONSTRAINT schedule_parts_tried_while_open CHECK (next_try_at IS NULL OR status IN ('planned', 'failed'))
);
CREATE UNIQUE INDEX schedule_parts_each_number_once ON schedule_parts (account_id, schedule_id, position);
CREATE INDEX schedule_parts_open_by_due ON schedule_parts (account_id, due_on, id) WHERE status IN ('planned', 'failed');
CREATE INDEX schedule_parts_failed ON schedule_parts (account_id, schedule_id) WHERE status = 'failed';
ALTER TABLE schedule_parts ADD CONSTRAINT schedule_parts_schedule
  FOREIGN KEY (account_id, schedule_id) REFERENCES payment_schedules (account_id, id);

-- Last, since it keeps the customers from being written.
ALTER TABLE payment_schedules ADD CONSTRAINT payment_schedules_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id);
