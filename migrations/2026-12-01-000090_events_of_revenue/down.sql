DROP INDEX events_of_revenue;
