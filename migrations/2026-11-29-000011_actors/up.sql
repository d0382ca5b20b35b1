-- An API key causes events too. The constraints are checked for new rows at once, and for those that are there by the
-- next migration, which locks nobody out meanwhile. A server of the version before writes and reads on.
ALTER TABLE events
  ADD COLUMN key_id uuid,
  DROP CONSTRAINT events_actor_known,
  ADD CONSTRAINT events_actor_known CHECK (actor_kind IN ('staff', 'key', 'system')) NOT VALID,
  ADD CONSTRAINT events_key_named CHECK ((actor_kind = 'key') = (key_id IS NOT NULL)) NOT VALID;
