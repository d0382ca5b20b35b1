CREATE INDEX CONCURRENTLY subscriptions_by_end ON subscriptions (account_id, ends_on) WHERE ends_on IS NOT NULL;
