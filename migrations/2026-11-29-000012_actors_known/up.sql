-- One pass over all events, while others read and write them.
ALTER TABLE events VALIDATE CONSTRAINT events_actor_known, VALIDATE CONSTRAINT events_key_named;
