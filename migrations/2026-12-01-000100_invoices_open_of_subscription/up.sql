CREATE INDEX CONCURRENTLY invoices_open_of_subscription ON invoices (account_id, subscription_id)
  WHERE status = 'open' AND subscription_id IS NOT NULL;
