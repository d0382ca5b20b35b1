CREATE INDEX CONCURRENTLY invoices_sent ON invoices (account_id, id) INCLUDE (subscription_id)
  WHERE status = 'open' AND collects = 'invoice' AND subscription_id IS NOT NULL;
