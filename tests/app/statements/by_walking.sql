-- has:phone, newest first, first page
/* 1 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND phone IS NOT NULL
ORDER BY id DESC
LIMIT $3;
/* 2 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
/* 3 */
SET LOCAL statement_timeout = (what is left);
/* 4 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND phone IS NOT NULL
ORDER BY id DESC
LIMIT $4;
/* 5 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 5

-- has:phone, newest first, after a row
-- as 4
-- as 5

-- has:phone, newest first, before a row
/* 6 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE true AND phone IS NOT NULL
ORDER BY id
LIMIT $4;
/* 7 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 6
-- as 7

-- has:phone, by name, first page
/* 8 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND phone IS NOT NULL
ORDER BY name_key, id
LIMIT $3;
/* 9 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY name_key, id OFFSET $2 - 1
LIMIT 1;
-- as 3
/* 10 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
  ORDER BY name_key, id
  LIMIT $4
) customers
WHERE true AND phone IS NOT NULL
ORDER BY name_key, id
LIMIT $5;
/* 11 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
ORDER BY name_key, id OFFSET $4 - 1
LIMIT 1;
-- as 3
-- as 10
-- as 11

-- has:phone, by name, after a row
-- as 10
-- as 11
-- as 3
-- as 10
-- as 11

-- has:phone, by name, before a row
/* 12 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
  ORDER BY name_key DESC, id DESC
  LIMIT $4
) customers
WHERE true AND phone IS NOT NULL
ORDER BY name_key DESC, id DESC
LIMIT $5;
/* 13 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
ORDER BY name_key DESC, id DESC OFFSET $4 - 1
LIMIT 1;
-- as 3
-- as 12
-- as 13

-- has:phone, counted
/* 14 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND phone IS NOT NULL
LIMIT $3;
-- as 2
-- as 3
/* 15 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND phone IS NOT NULL
LIMIT $4;
-- as 5
-- as 3
-- as 15
-- as 5

-- -country:KE, newest first, first page
/* 16 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND (country = $3) IS NOT TRUE
ORDER BY id DESC
LIMIT $4;
-- as 2
-- as 3
/* 17 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND (country = $4) IS NOT TRUE
ORDER BY id DESC
LIMIT $5;

-- -country:KE, newest first, after a row
-- as 17
-- as 5
-- as 3
-- as 17
-- as 5

-- -country:KE, newest first, before a row
/* 18 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE true AND (country = $4) IS NOT TRUE
ORDER BY id
LIMIT $5;
-- as 7
-- as 3
-- as 18
-- as 7

-- -country:KE, by name, first page
/* 19 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND (country = $3) IS NOT TRUE
ORDER BY name_key, id
LIMIT $4;
-- as 9
-- as 3
/* 20 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
  ORDER BY name_key, id
  LIMIT $4
) customers
WHERE true AND (country = $5) IS NOT TRUE
ORDER BY name_key, id
LIMIT $6;

-- -country:KE, by name, after a row
-- as 20
-- as 11
-- as 3
-- as 20
-- as 11

-- -country:KE, by name, before a row
/* 21 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
  ORDER BY name_key DESC, id DESC
  LIMIT $4
) customers
WHERE true AND (country = $5) IS NOT TRUE
ORDER BY name_key DESC, id DESC
LIMIT $6;
-- as 13
-- as 3
-- as 21
-- as 13

-- -country:KE, counted
/* 22 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND (country = $3) IS NOT TRUE
LIMIT $4;
-- as 2
-- as 3
/* 23 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND (country = $4) IS NOT TRUE
LIMIT $5;
-- as 5
-- as 3
-- as 23
-- as 5

-- updated:2026, newest first, first page
/* 24 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND updated_at >= $3 AND updated_at < $4
ORDER BY id DESC
LIMIT $5;
-- as 2
-- as 3
/* 25 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND updated_at >= $4 AND updated_at < $5
ORDER BY id DESC
LIMIT $6;

-- updated:2026, newest first, after a row
-- as 25
-- as 5
-- as 3
-- as 25
-- as 5

-- updated:2026, newest first, before a row
/* 26 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE true AND updated_at >= $4 AND updated_at < $5
ORDER BY id
LIMIT $6;
-- as 7
-- as 3
-- as 26
-- as 7

-- updated:2026, by name, first page
/* 27 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND updated_at >= $3 AND updated_at < $4
ORDER BY name_key, id
LIMIT $5;
-- as 9
-- as 3
/* 28 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
  ORDER BY name_key, id
  LIMIT $4
) customers
WHERE true AND updated_at >= $5 AND updated_at < $6
ORDER BY name_key, id
LIMIT $7;

-- updated:2026, by name, after a row
-- as 28
-- as 11
-- as 3
-- as 28
-- as 11

-- updated:2026, by name, before a row
/* 29 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
  ORDER BY name_key DESC, id DESC
  LIMIT $4
) customers
WHERE true AND updated_at >= $5 AND updated_at < $6
ORDER BY name_key DESC, id DESC
LIMIT $7;
-- as 13
-- as 3
-- as 29
-- as 13

-- updated:2026, counted
/* 30 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND updated_at >= $3 AND updated_at < $4
LIMIT $5;
-- as 2
-- as 3
/* 31 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND updated_at >= $4 AND updated_at < $5
LIMIT $6;
-- as 5
-- as 3
-- as 31
-- as 5

