DROP INDEX events_of_keys;
