DROP INDEX subscriptions_sent;
