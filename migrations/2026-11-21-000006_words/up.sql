-- The index of words: exact the moment a customer is written, and fast for ten million customers of one account.
-- Three parts, and one definition of a word for all of them:
--   customers.search      the text that a search compares, with a bar before every word
--   words                 every word that an account's customers have: from a part of a word to whole words
--   customers_by_keys     from whole words, phone digits, country and so on to customers, newest first
-- What the indexes find is always compared with the text again, so they may propose too many but never too few.

DROP INDEX customers_by_text;
DROP INDEX customers_by_country;
DROP INDEX customers_by_metadata;
DROP INDEX customers_deleted_by_email;
ALTER TABLE customers DROP COLUMN search;

-- The deleted customers are a list like the others.
CREATE INDEX customers_deleted_by_name ON customers (account_id, name_key, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX customers_deleted_by_email ON customers (account_id, email_key, id) WHERE deleted_at IS NOT NULL;

-- Text as it is compared, with a bar before each word: "|jane |o'|neil |j.|oneil|7@|gmail.|com". A word is a run of
-- digits, or of anything that is neither a digit nor ASCII punctuation. Whether a bar stands between two characters
-- depends on these two alone, so a part of a text has its bars where the text has them. A bar that was typed counts as
-- a space.
CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT regexp_replace(translate(public.fold($1), '|', ' '), '[0-9]+|[^0-9 -/:-@[-`{-~]+', '|\&', 'g') $$;

ALTER TABLE customers ADD COLUMN search text NOT NULL GENERATED ALWAYS AS (
  search_text(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(company, ''))) STORED;

-- Words as typed, as a LIKE pattern over such a text. Three and more characters match anywhere, so their leading bar
-- goes; fewer match the start of a word. Escaping comes last, since folding can make a % or _ out of its full-width twin.
CREATE OR REPLACE FUNCTION word_pattern(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT '%' || regexp_replace(
                 CASE WHEN length(public.fold(word)) < 3 THEN public.search_text(word)
                      ELSE ltrim(public.search_text(word), '|') END,
                 '([\\%_])', '\\\1', 'g') || '%' $$;

-- The words of such a text, for the indexes: each with its bar, and what follows an @ as one word, for there are few
-- domains and many words in "com".
CREATE FUNCTION search_words(search text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT array(SELECT m[1] FROM regexp_matches(search, '@[^ ]+|\|[^ -/:-@[-`{-~]+', 'g') m) $$;

-- An entry of customers_by_keys: a word within a scope of an account. The account is inside the number, because as a
-- column of its own it would be a list of all its customers, read by every search.
CREATE FUNCTION search_key(account uuid, scope bigint, word text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT hashtextextended(word, uuid_hash_extended(account, scope)) $$;

-- The span of time that a customer came in: 2^31 ms (25 days), from the id's own time. It never changes.
CREATE FUNCTION search_span(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT ((get_byte(uuid_send(id), 0) << 9) | (get_byte(uuid_send(id), 1) << 1) | (get_byte(uuid_send(id), 2) >> 7))::bigint $$;

-- All entries of a customer. Words are entered twice: for all time (scope 0; 1 when deleted), where they are few, and
-- for the customer's span (scope 2 + 2 * span, or 3 +), where the newest are wanted. Everything else only for the span.
CREATE FUNCTION search_keys(account uuid, id uuid, deleted_at timestamptz, search text, phone text, country text,
                            language text, kind text, metadata jsonb)
  RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  always bigint := CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END;
  span bigint := uuid_hash_extended(account, 2 + 2 * public.search_span(id) + always);
  keys bigint[] := '{}';
  word text;
BEGIN
  always := uuid_hash_extended(account, always);
  FOREACH word IN ARRAY public.search_words(search) LOOP
    keys := keys || hashtextextended(word, always) || hashtextextended(word, span);
  END LOOP;
  -- Every four digits in a row.
  FOR i IN 2 .. coalesce(length(phone), 0) - 3 LOOP
    keys := keys || hashtextextended('+' || substr(phone, i, 4), span);
  END LOOP;
  IF country IS NOT NULL THEN keys := keys || hashtextextended('country:' || country, span); END IF;
  IF language IS NOT NULL THEN keys := keys || hashtextextended('lang:' || language, span); END IF;
  -- Most are persons: a list of them would be no help.
  IF kind <> 'person' THEN keys := keys || hashtextextended('kind:' || kind, span); END IF;
  IF metadata <> '{}' THEN
    keys := keys || array(SELECT hashtextextended('metadata.' || key || ':' || value, span) FROM jsonb_each_text(metadata));
  END IF;
  RETURN keys;
END $$;

-- fastupdate=off: a pending list makes single writes stall for seconds when it is merged.
CREATE INDEX customers_by_keys ON customers
  USING gin (search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata))
  WITH (fastupdate = off);

-- Words are only added. One that nobody has any more does no harm but to propose nobody.
CREATE TABLE words (
  account_id uuid NOT NULL,
  word text COLLATE "C" NOT NULL,
  CONSTRAINT words_pkey PRIMARY KEY (account_id, word),
  CONSTRAINT words_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- Every three characters in a row of a word, and each bar with the character after it.
CREATE FUNCTION word_parts(account uuid, word text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  seed bigint := uuid_hash_extended(account, -1);
  parts bigint[] := '{}';
BEGIN
  FOR i IN 1 .. length(word) - 1 LOOP
    IF substr(word, i, 1) = '|' THEN parts := parts || hashtextextended(substr(word, i, 2), seed); END IF;
    IF i <= length(word) - 2 THEN parts := parts || hashtextextended(substr(word, i, 3), seed); END IF;
  END LOOP;
  RETURN parts;
END $$;
CREATE INDEX words_by_parts ON words USING gin (word_parts(account_id, word)) WITH (fastupdate = off);

INSERT INTO words (account_id, word)
  SELECT DISTINCT account_id, word FROM customers, unnest(search_words(search)) AS word;
