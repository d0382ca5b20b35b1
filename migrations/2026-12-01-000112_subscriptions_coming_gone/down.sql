CREATE INDEX subscriptions_coming ON subscriptions (account_id, next_on, id)
  INCLUDE (currency, amount, next_amount, interval_unit, interval_count, anchor_day, ends_on) WHERE next_on IS NOT NULL;
