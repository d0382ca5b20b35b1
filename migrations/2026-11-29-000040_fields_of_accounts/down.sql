ALTER TABLE accounts DROP COLUMN custom_fields;
