DROP TABLE sandbox_orders;
DROP TABLE sandbox_tokens;
ALTER TABLE merchants DROP CONSTRAINT merchants_wallet_size_possible;
ALTER TABLE merchants DROP COLUMN wallet_size;
DROP TABLE used_tokens;
DROP TABLE payment_methods;
