-- What succeeded payments of each hour come to, in the same way as the customers of an hour.
CREATE TABLE payment_hours (
  account_id uuid NOT NULL,
  hour timestamptz NOT NULL,        -- of the payment, not of its success
  currency text NOT NULL,
  shard smallint NOT NULL,
  payments bigint NOT NULL,         -- those that ever succeeded
  volume bigint NOT NULL,           -- their full amounts, in minor units
  CONSTRAINT payment_hours_pkey PRIMARY KEY (account_id, hour, currency, shard)
);

-- Nobody pays while they are summed.
LOCK TABLE payments IN SHARE MODE;
INSERT INTO payment_hours (account_id, hour, currency, shard, payments, volume)
  SELECT account_id, date_trunc('hour', created_at, 'UTC'), currency, 0, count(*), sum(amount)
  FROM payments WHERE status IN ('succeeded', 'partially_refunded', 'refunded') GROUP BY 1, 2, 3;

ALTER TABLE payment_hours ADD CONSTRAINT payment_hours_account FOREIGN KEY (account_id) REFERENCES accounts (id);
