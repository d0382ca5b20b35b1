ALTER TABLE merchants DROP COLUMN version;
