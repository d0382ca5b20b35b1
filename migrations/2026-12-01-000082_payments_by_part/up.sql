CREATE INDEX CONCURRENTLY payments_by_part ON payments (account_id, part_id, id) WHERE part_id IS NOT NULL;
