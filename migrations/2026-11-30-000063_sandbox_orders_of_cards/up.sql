-- The orders of cards whose outcome depends on how often they were charged: only those have an id of their own.
CREATE INDEX CONCURRENTLY sandbox_orders_by_card ON sandbox_orders (account_id, credential)
  WHERE credential LIKE 'sandbox:%:%';
