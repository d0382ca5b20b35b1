DROP INDEX subscriptions_by_next_day;
