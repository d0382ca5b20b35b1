DROP TABLE doubts;
DELETE FROM jobs WHERE kind = 'find_doubts';
