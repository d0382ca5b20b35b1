-- The first of these steps makes all texts anew.
SELECT;
