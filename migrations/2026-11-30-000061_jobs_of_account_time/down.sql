ALTER TABLE jobs DROP COLUMN account_due_at;
