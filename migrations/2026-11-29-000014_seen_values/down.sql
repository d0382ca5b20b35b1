DROP FUNCTION seen_values_of(text, text, jsonb);
DROP TABLE seen_values;
