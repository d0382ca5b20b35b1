ALTER TABLE merchants DROP CONSTRAINT merchants_most_sessions_range;
ALTER TABLE merchants DROP COLUMN most_sessions;
ALTER TABLE merchants DROP COLUMN second_factor_required;
