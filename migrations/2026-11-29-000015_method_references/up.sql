-- A method as recorded, whose credential is empty since no gateway knows it: the provider's own reference leads to it.
ALTER TABLE payment_methods ADD COLUMN reference text CONSTRAINT payment_methods_reference_length CHECK (length(reference) <= 500);
