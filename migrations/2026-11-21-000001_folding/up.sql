-- What search and sorting compare: text without case and accents.
-- All three extensions are "trusted": the owner of a database may create them.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

-- unaccent() alone is only STABLE, because its dictionary could change; named by its schema it may stand in an index.
CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;

-- A word as typed, as a LIKE pattern over a folded column. Escaping comes after folding, since folding can make
-- a % or _ out of their full-width twins. Words of one or two characters match the start of a word only:
-- they have no trigram, so anywhere-in-a-word could use no index.
CREATE FUNCTION word_pattern(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT CASE WHEN length(fold(word)) < 3 THEN '% ' ELSE '%' END
            || regexp_replace(fold(word), '([\\%_])', '\\\1', 'g') || '%' $$;
