-- What became of a person. Who is removed keeps a row, so that what they did keeps their name; their email is free again.
ALTER TABLE staff ADD COLUMN state text NOT NULL DEFAULT 'enabled';
ALTER TABLE staff ALTER COLUMN state DROP DEFAULT;
ALTER TABLE staff ADD CONSTRAINT staff_state_known CHECK (state IN ('enabled', 'disabled', 'removed'));
ALTER TABLE staff DROP CONSTRAINT staff_email_unique;
CREATE UNIQUE INDEX staff_email_unique ON staff (email_key) WHERE state <> 'removed';
