CREATE INDEX CONCURRENTLY invoices_by_hand ON invoices (account_id, id)
  WHERE subscription_id IS NULL;
