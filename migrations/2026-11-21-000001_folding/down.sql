DROP FUNCTION word_pattern(text);
DROP FUNCTION fold(text);
DROP EXTENSION unaccent;
DROP EXTENSION btree_gin;
DROP EXTENSION pg_trgm;
