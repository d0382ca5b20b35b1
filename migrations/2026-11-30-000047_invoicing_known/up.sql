ALTER TABLE payments VALIDATE CONSTRAINT payments_invoice;
ALTER TABLE merchants VALIDATE CONSTRAINT merchants_invoice_prefix_form;
ALTER TABLE merchants VALIDATE CONSTRAINT merchants_days_until_due_range;
ALTER TABLE merchants VALIDATE CONSTRAINT merchants_after_tries_known;
