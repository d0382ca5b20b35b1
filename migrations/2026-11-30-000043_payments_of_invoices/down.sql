ALTER TABLE payments DROP COLUMN invoice_id;
