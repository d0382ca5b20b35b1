CREATE INDEX CONCURRENTLY payment_methods_by_default_expiry ON payment_methods (account_id, expires_on, customer_id)
  WHERE is_default;
