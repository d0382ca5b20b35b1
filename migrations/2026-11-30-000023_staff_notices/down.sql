DROP TABLE staff_notices;
ALTER TABLE staff DROP COLUMN has_notices;
