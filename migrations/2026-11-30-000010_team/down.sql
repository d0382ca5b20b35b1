DROP TABLE invitations;
ALTER TABLE staff DROP COLUMN seen_at, DROP COLUMN theme, DROP COLUMN start_page;
ALTER TABLE sessions DROP COLUMN used_at, DROP COLUMN address, DROP COLUMN browser;
