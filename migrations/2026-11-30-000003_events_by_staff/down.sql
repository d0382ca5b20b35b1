DROP INDEX events_by_staff;
