DROP INDEX events_by_undone;
