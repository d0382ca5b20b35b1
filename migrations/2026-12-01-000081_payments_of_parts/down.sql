ALTER TABLE payments DROP COLUMN part_id;
