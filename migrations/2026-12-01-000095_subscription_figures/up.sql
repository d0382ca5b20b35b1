-- What the subscriptions of an account come to a month, in the same way as its customers are counted.
CREATE TABLE subscription_figures (
  account_id uuid NOT NULL,
  currency text NOT NULL,
  shard smallint NOT NULL,          -- who changes one uses one of these, so that hardly two wait for each other
  counted bigint NOT NULL,          -- those that have begun, and neither ended nor stand still
  counted_monthly bigint NOT NULL,  -- in the currency's smallest unit
  trials bigint NOT NULL,
  trials_monthly bigint NOT NULL,
  CONSTRAINT subscription_figures_pkey PRIMARY KEY (account_id, currency, shard)
);

-- Nobody changes one while they are added up.
LOCK TABLE subscriptions IN SHARE MODE;
INSERT INTO subscription_figures (account_id, currency, shard, counted, counted_monthly, trials, trials_monthly)
  SELECT account_id, currency, 0, count(*) FILTER (WHERE status <> 'trialing'),
    coalesce(sum(monthly) FILTER (WHERE status <> 'trialing'), 0), count(*) FILTER (WHERE status = 'trialing'),
    coalesce(sum(monthly) FILTER (WHERE status = 'trialing'), 0)
  FROM subscriptions WHERE status = 'trialing' OR (status IN ('active', 'past_due') AND given_up_on IS NULL)
  GROUP BY account_id, currency;

ALTER TABLE subscription_figures ADD CONSTRAINT subscription_figures_account FOREIGN KEY (account_id) REFERENCES accounts (id);
