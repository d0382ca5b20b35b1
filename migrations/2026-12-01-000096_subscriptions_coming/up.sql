-- What is charged next, with all that says how often and how much, so that it is added up from the index alone.
CREATE INDEX CONCURRENTLY subscriptions_coming ON subscriptions (account_id, next_on, id)
  INCLUDE (currency, amount, next_amount, interval_unit, interval_count, anchor_day, ends_on) WHERE next_on IS NOT NULL;
