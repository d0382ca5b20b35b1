CREATE INDEX CONCURRENTLY subscriptions_of_own_method ON subscriptions (account_id, id)
  WHERE method_id IS NOT NULL;
