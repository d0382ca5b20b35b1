DROP INDEX subscriptions_by_end;
