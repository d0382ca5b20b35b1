-- What it was for is kept in subscription_figures.
DROP INDEX CONCURRENTLY IF EXISTS subscriptions_revenue;
