-- note:gate, newest first, first page
/* 1 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.search LIKE (SELECT word_pattern($4))
      AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $5;
/* 2 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
/* 3 */
SET LOCAL statement_timeout = (what is left);
/* 4 */
(
  SELECT p.customer_id
  FROM notes p
  WHERE p.account_id = $1 AND p.removed_at IS NULL AND p.search LIKE (SELECT word_pattern($2))
  LIMIT $3
);
-- as 3
/* 5 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (id) < ($2)
    AND EXISTS (
      SELECT
      FROM notes p
      WHERE
        p.account_id = $3
        AND p.removed_at IS NULL
        AND p.search LIKE (SELECT word_pattern($4))
        AND p.customer_id = customers.id
    )
    AND id = $5
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- note:gate, newest first, after a row
/* 6 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE
      p.account_id = $4
      AND p.removed_at IS NULL
      AND p.search LIKE (SELECT word_pattern($5))
      AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $6;
/* 7 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC OFFSET $3 - 1
LIMIT 1;

-- note:gate, newest first, before a row
/* 8 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE
      p.account_id = $4
      AND p.removed_at IS NULL
      AND p.search LIKE (SELECT word_pattern($5))
      AND p.customer_id = customers.id
  )
ORDER BY id
LIMIT $6;
/* 9 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 3
/* 10 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (id) > ($2)
    AND EXISTS (
      SELECT
      FROM notes p
      WHERE
        p.account_id = $3
        AND p.removed_at IS NULL
        AND p.search LIKE (SELECT word_pattern($4))
        AND p.customer_id = customers.id
    )
    AND id = $5
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key, id
LIMIT $8;

-- note:gate, counted
/* 11 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.search LIKE (SELECT word_pattern($4))
      AND p.customer_id = customers.id
  )
LIMIT $5;
-- as 2
-- as 3
-- as 4
-- as 3
/* 12 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.search LIKE (SELECT word_pattern($4))
      AND p.customer_id = customers.id
  )
  AND id = $5
LIMIT $6;

-- has:note, newest first, first page
/* 13 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $4;
-- as 2
-- as 3
/* 14 */
(
  SELECT p.customer_id
  FROM notes p
  WHERE p.account_id = $1 AND p.removed_at IS NULL
  LIMIT $2
);
-- as 3
/* 15 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (id) < ($2)
    AND EXISTS (
      SELECT
      FROM notes p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.customer_id = customers.id
    )
    AND id = $4
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key DESC, id DESC
LIMIT $7;

-- has:note, newest first, after a row
/* 16 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE p.account_id = $4
      AND p.removed_at IS NULL AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $5;
-- as 7

-- has:note, newest first, before a row
/* 17 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE p.account_id = $4
      AND p.removed_at IS NULL AND p.customer_id = customers.id
  )
ORDER BY id
LIMIT $5;
-- as 9
-- as 3
-- as 14
-- as 3
/* 18 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (id) > ($2)
    AND EXISTS (
      SELECT
      FROM notes p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.customer_id = customers.id
    )
    AND id = $4
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key, id
LIMIT $7;

-- has:note, counted
/* 19 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE
  true
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.customer_id = customers.id
  )
LIMIT $4;
-- as 2
-- as 3
-- as 14
-- as 3
/* 20 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND EXISTS (
    SELECT
    FROM notes p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.customer_id = customers.id
  )
  AND id = $4
LIMIT $5;

