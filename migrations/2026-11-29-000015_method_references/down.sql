ALTER TABLE payment_methods DROP COLUMN reference;
