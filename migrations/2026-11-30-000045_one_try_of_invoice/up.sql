-- One charge at a time for one invoice.
CREATE UNIQUE INDEX CONCURRENTLY payments_one_try_of_invoice ON payments (account_id, invoice_id)
  WHERE status = 'processing' AND invoice_id IS NOT NULL;
