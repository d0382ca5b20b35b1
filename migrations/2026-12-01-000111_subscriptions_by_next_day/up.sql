-- What is charged next, in order. What it comes to is kept in subscription_days.
CREATE INDEX CONCURRENTLY subscriptions_by_next_day ON subscriptions (account_id, next_on, id) WHERE next_on IS NOT NULL;
