CREATE INDEX subscriptions_by_next ON subscriptions (account_id, next_on, id) INCLUDE (currency, amount)
  WHERE next_on IS NOT NULL;
