-- What is known to be so stays so.
SELECT 1;
