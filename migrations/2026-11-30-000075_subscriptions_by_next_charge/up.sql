CREATE INDEX CONCURRENTLY subscriptions_by_next_charge ON subscriptions (account_id, coalesce(next_on, '9999-12-31'::date), id);
