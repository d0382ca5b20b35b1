CREATE INDEX CONCURRENTLY subscriptions_sent ON subscriptions (account_id, id)
  WHERE days_until_due IS NOT NULL;
