CREATE INDEX subscriptions_revenue ON subscriptions (account_id, currency) INCLUDE (monthly)
  WHERE status IN ('active', 'past_due') AND given_up_on IS NULL;
