DROP INDEX subscriptions_coming;
