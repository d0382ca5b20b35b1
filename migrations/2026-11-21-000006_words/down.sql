DROP TABLE words;
DROP FUNCTION word_parts;
DROP INDEX customers_by_keys;
DROP FUNCTION search_keys, search_span, search_key, search_words;
ALTER TABLE customers DROP COLUMN search;
DROP FUNCTION search_text;
CREATE OR REPLACE FUNCTION word_pattern(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT CASE WHEN length(fold(word)) < 3 THEN '% ' ELSE '%' END
            || regexp_replace(fold(word), '([\\%_])', '\\\1', 'g') || '%' $$;
ALTER TABLE customers ADD COLUMN search text NOT NULL GENERATED ALWAYS AS (
    ' ' || fold(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))
        || ' ' || coalesce(ltrim(phone, '+'), '')) STORED;
DROP INDEX customers_deleted_by_name;
DROP INDEX customers_deleted_by_email;
CREATE INDEX customers_deleted_by_email ON customers (account_id, email_key) WHERE deleted_at IS NOT NULL;
CREATE INDEX customers_by_country ON customers (account_id, country, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_text ON customers USING gin (account_id, search gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX customers_by_metadata ON customers USING gin (account_id, metadata jsonb_path_ops) WITH (fastupdate = off);
