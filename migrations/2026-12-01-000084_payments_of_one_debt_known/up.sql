ALTER TABLE payments VALIDATE CONSTRAINT payments_of_one_debt;
ALTER TABLE payments VALIDATE CONSTRAINT payments_part;
