-- Those who may not sign in must not be able to, however little an older version knows of it.
DELETE FROM staff WHERE state <> 'enabled';
DROP INDEX staff_email_unique;
ALTER TABLE staff ADD CONSTRAINT staff_email_unique UNIQUE (email_key);
ALTER TABLE staff DROP COLUMN state;
