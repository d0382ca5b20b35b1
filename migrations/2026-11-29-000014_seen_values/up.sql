-- The values that an account's customers have, to be offered while somebody types a search: countries, languages, keys
-- of metadata ("metadata"), and the first values of each ("metadata.tier"). They are only added, at most 200 a key; one
-- that nobody has any more is looked for and not offered.
CREATE TABLE seen_values (
  account_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  CONSTRAINT seen_values_pkey PRIMARY KEY (account_id, key, value)
);

CREATE FUNCTION seen_values_of(country text, language text, metadata jsonb) RETURNS TABLE (key text, value text)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'country', country WHERE country IS NOT NULL
  UNION ALL SELECT 'lang', language WHERE language IS NOT NULL
  UNION ALL SELECT 'metadata', k FROM jsonb_object_keys(metadata) AS k
  UNION ALL SELECT 'metadata.' || k, v FROM jsonb_each_text(metadata) AS pair(k, v) WHERE length(v) <= 60 $$;

INSERT INTO seen_values (account_id, key, value)
  SELECT account_id, key, value FROM (
    SELECT account_id, key, value, row_number() OVER (PARTITION BY account_id, key ORDER BY count(*) DESC, value) AS place
    FROM customers, seen_values_of(country, language, metadata) GROUP BY account_id, key, value) AS counted
  WHERE place <= 200;

-- Last, since it keeps the accounts from being written.
ALTER TABLE seen_values ADD CONSTRAINT seen_values_account FOREIGN KEY (account_id) REFERENCES accounts (id);
