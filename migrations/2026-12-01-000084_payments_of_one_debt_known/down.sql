-- A constraint that is valid stays valid.
SELECT 1;
