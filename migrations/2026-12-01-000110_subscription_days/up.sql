-- How many subscriptions are charged next on a day, and what each time comes to, so that what is charged in the 30 days to
-- come is added up from a few rows however many there are.
CREATE TABLE subscription_days (
  account_id uuid NOT NULL,
  next_on date NOT NULL,
  currency text NOT NULL,
  every smallint NOT NULL,        -- the days from that charge to the one after it; 31 where they are more
  charges smallint NOT NULL,      -- how many there are in the 30 days after that day, with the first; fewer where it ends
  shard smallint NOT NULL,        -- who changes one uses one of these that nobody else does
  subscriptions bigint NOT NULL,
  amount bigint NOT NULL,         -- of one charge of each, in the currency's smallest unit
  CONSTRAINT subscription_days_pkey PRIMARY KEY (account_id, next_on, currency, every, charges, shard)
);

-- Nobody changes one while they are added up.
LOCK TABLE subscriptions IN SHARE MODE;
INSERT INTO subscription_days (account_id, next_on, currency, every, charges, shard, subscriptions, amount)
  SELECT s.account_id, s.next_on, s.currency, e.every, least(30, s.ends_on - 1 - s.next_on) / e.every + 1 AS charges, 0,
    count(*), sum(coalesce(s.next_amount, s.amount))
  FROM subscriptions s
  CROSS JOIN LATERAL (SELECT least(31, CASE
      WHEN s.interval_unit = 'day' THEN s.interval_count
      WHEN s.interval_unit = 'week' THEN s.interval_count * 7
      WHEN s.interval_unit = 'month' AND s.interval_count = 1 THEN least(
        (date_trunc('month', s.next_on::timestamp) + interval '1 month')::date + s.anchor_day - 1,
        (date_trunc('month', s.next_on::timestamp) + interval '2 months')::date - 1) - s.next_on
      ELSE 31 END) AS every) AS e
  WHERE s.next_on < coalesce(s.ends_on, 'infinity')
  GROUP BY 1, 2, 3, 4, 5;

ALTER TABLE subscription_days ADD CONSTRAINT subscription_days_account FOREIGN KEY (account_id) REFERENCES accounts (id);
