DROP TABLE erasure_holds;
ALTER TABLE customers DROP COLUMN erased_at;
