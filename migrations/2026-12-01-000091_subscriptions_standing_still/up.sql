CREATE INDEX CONCURRENTLY subscriptions_standing_still ON subscriptions (account_id, id) WHERE given_up_on IS NOT NULL;
