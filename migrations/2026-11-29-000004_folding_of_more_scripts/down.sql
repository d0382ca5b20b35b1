-- The texts are made anew by the first of these steps; the sort keys here.
CREATE OR REPLACE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
CREATE OR REPLACE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT regexp_replace(translate(public.fold($1), '|', ' '), '[0-9]+|[^0-9 -/:-@[-`{-~]+', '|\&', 'g') $$;
UPDATE customers SET name = name WHERE name_key <> fold(coalesce(name, email, phone, ''));
