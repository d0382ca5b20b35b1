CREATE INDEX CONCURRENTLY invoices_by_amount ON invoices (account_id, currency, total, id);
