DROP INDEX CONCURRENTLY subscriptions_by_next;
