DROP TRIGGER customers_search ON customers;
DROP PROCEDURE rewrite_search;
DROP FUNCTION fill_customer_search, customer_search;
DROP FUNCTION IF EXISTS fold_next, search_text_next;
-- The index of words goes with the column.
ALTER TABLE customers DROP COLUMN search;
ALTER TABLE customers ADD COLUMN search text NOT NULL GENERATED ALWAYS AS (
  search_text(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))) STORED;
CREATE INDEX customers_by_keys ON customers
  USING gin (search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata))
  WITH (fastupdate = off);
INSERT INTO words (account_id, word)
  SELECT DISTINCT account_id, word FROM customers, unnest(search_words(search)) AS word ON CONFLICT DO NOTHING;
