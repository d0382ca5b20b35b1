ALTER TABLE api_keys DROP COLUMN is_masked;
ALTER TABLE merchants DROP COLUMN editors_see;
ALTER TABLE merchants DROP COLUMN viewers_see;
