DROP INDEX events_of_views;
