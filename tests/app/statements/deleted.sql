-- status:deleted, latest deletion first, first page
/* 1 */
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

-- status:deleted, latest deletion first, after a row
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
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (deleted_at, id) < ($2::timestamptz, $3)
ORDER BY deleted_at DESC, id DESC
LIMIT $4;

-- status:deleted, latest deletion first, before a row
/* 3 */
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
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (deleted_at, id) > ($2::timestamptz, $3)
ORDER BY deleted_at, id
LIMIT $4;

-- status:deleted, earliest deletion first, first page
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
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY deleted_at, id
LIMIT $2;

-- status:deleted, earliest deletion first, after a row
-- as 3

-- status:deleted, earliest deletion first, before a row
-- as 2

-- status:deleted, newest first, first page
/* 5 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY id DESC
LIMIT $2;

-- status:deleted, newest first, after a row
/* 6 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (id) < ($2)
ORDER BY id DESC
LIMIT $3;

-- status:deleted, newest first, before a row
/* 7 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- status:deleted, by name, first page
/* 8 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY name_key, id
LIMIT $2;

-- status:deleted, by name, after a row
/* 9 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (name_key, id) > ($2, $3)
ORDER BY name_key, id
LIMIT $4;

-- status:deleted, by name, before a row
/* 10 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL AND (name_key, id) < ($2, $3)
ORDER BY name_key DESC, id DESC
LIMIT $4;

-- status:deleted, largest volume first, first page
/* 11 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM (
    SELECT
      id AS place_id,
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $1
            AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C" AS figure_key
    FROM customers
    WHERE account_id = $3
      AND deleted_at IS NOT NULL OFFSET 0
  ) deleted
  WHERE true
  ORDER BY figure_key DESC, place_id DESC
  LIMIT $4
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $5 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $6;

-- status:deleted, largest volume first, after a row
/* 12 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM (
    SELECT
      id AS place_id,
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $1
            AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C" AS figure_key
    FROM customers
    WHERE account_id = $3
      AND deleted_at IS NOT NULL OFFSET 0
  ) deleted
  WHERE true
    AND (figure_key, place_id) < ($4, $5)
  ORDER BY figure_key DESC, place_id DESC
  LIMIT $6
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $7 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $8;

-- status:deleted, largest volume first, before a row
/* 13 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM (
    SELECT
      id AS place_id,
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $1
            AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C" AS figure_key
    FROM customers
    WHERE account_id = $3
      AND deleted_at IS NOT NULL OFFSET 0
  ) deleted
  WHERE true
    AND (figure_key, place_id) > ($4, $5)
  ORDER BY figure_key, place_id
  LIMIT $6
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $7 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key, id
LIMIT $8;

-- status:deleted, counted
/* 14 */
SELECT coalesce(sum(active), 0)::bigint AS active, coalesce(sum(deleted), 0)::bigint AS deleted
FROM customer_counts
WHERE account_id = $1;

