ALTER TABLE sandbox_orders DROP COLUMN times;
ALTER TABLE sandbox_orders DROP COLUMN placed_at;
