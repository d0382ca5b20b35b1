DROP INDEX payments_one_try_of_part;
