ALTER TABLE merchants
  DROP COLUMN seller,
  DROP COLUMN after_tries,
  DROP COLUMN days_until_due,
  DROP COLUMN invoices_restart,
  DROP COLUMN invoice_prefix;
