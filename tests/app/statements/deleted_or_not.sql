-- status:active,deleted, latest deletion first, first page
/* 1 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC
LIMIT $2;
/* 2 */
SELECT
  id,
  kind,
  name,
  email,
  phone,
  created_at,
  deleted_at,
  to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS sort_key,
  ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY deleted_at DESC, id DESC
LIMIT $2;

-- status:active,deleted, latest deletion first, after a row
/* 3 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC
LIMIT $3;
/* 4 */
SELECT
  id,
  kind,
  name,
  email,
  phone,
  created_at,
  deleted_at,
  to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS sort_key,
  ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND false
ORDER BY deleted_at DESC, id DESC
LIMIT $2;

-- status:active,deleted, latest deletion first, before a row
/* 5 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id
LIMIT $3;
/* 6 */
SELECT
  id,
  kind,
  name,
  email,
  phone,
  created_at,
  deleted_at,
  to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS sort_key,
  ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND true
ORDER BY deleted_at, id
LIMIT $2;

-- status:active,deleted, earliest deletion first, first page
/* 7 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id
LIMIT $2;
/* 8 */
SELECT
  id,
  kind,
  name,
  email,
  phone,
  created_at,
  deleted_at,
  to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS sort_key,
  ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY deleted_at, id
LIMIT $2;

-- status:active,deleted, earliest deletion first, after a row
-- as 5
-- as 6

-- status:active,deleted, earliest deletion first, before a row
-- as 3
-- as 4

-- status:active,deleted, counted
/* 9 */
SELECT coalesce(sum(active), 0)::bigint AS active, coalesce(sum(deleted), 0)::bigint AS deleted
FROM customer_counts
WHERE account_id = $1;

