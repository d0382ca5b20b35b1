-- One charge at a time for one part.
CREATE UNIQUE INDEX CONCURRENTLY payments_one_try_of_part ON payments (account_id, part_id)
  WHERE status = 'processing' AND part_id IS NOT NULL;
