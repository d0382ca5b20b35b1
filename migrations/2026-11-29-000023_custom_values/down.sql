DROP FUNCTION custom_values_of(jsonb);
DROP TABLE custom_values;
ALTER TABLE customers DROP COLUMN custom;
