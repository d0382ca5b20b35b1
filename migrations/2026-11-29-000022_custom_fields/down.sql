DROP FUNCTION custom_fields_of(uuid);
DROP TABLE custom_fields;
