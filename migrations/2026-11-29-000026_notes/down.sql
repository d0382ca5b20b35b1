DROP PROCEDURE rewrite_note_search;
DROP FUNCTION note_search;
DROP TABLE notes;
DELETE FROM jobs WHERE kind = 'destroy_note';
