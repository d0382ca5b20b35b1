CREATE INDEX CONCURRENTLY invoices_by_due ON invoices (account_id, due_on, id);
