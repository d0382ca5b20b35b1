-- subscription:past_due, newest first, first page
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
  AND (
    SELECT true
    FROM subscriptions p
    WHERE p.account_id = $3
      AND p.status = $4 AND p.customer_id = customers.id
    LIMIT 1
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
  FROM subscriptions p
  WHERE p.account_id = $1 AND p.status = $2
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
    AND (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $3
        AND p.status = $4 AND p.customer_id = customers.id
      LIMIT 1
    )
    AND id = ANY($5)
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- subscription:past_due, counted
/* 6 */
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
  AND (
    SELECT true
    FROM subscriptions p
    WHERE p.account_id = $3
      AND p.status = $4 AND p.customer_id = customers.id
    LIMIT 1
  )
LIMIT $5;
-- as 2
-- as 3
-- as 4
-- as 3
/* 7 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND (
    SELECT true
    FROM subscriptions p
    WHERE p.account_id = $3
      AND p.status = $4 AND p.customer_id = customers.id
    LIMIT 1
  )
  AND id = ANY($5)
LIMIT $6;

-- subscription:none, newest first, first page
/* 8 */
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
  AND coalesce(
    (
      SELECT count(*)
      FROM subscriptions p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id AND p.status <> 'canceled'
    ),
    0
  ) BETWEEN $4 AND $5
ORDER BY id DESC
LIMIT $6;
-- as 2
-- as 3
/* 9 */
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
  AND coalesce(
    (
      SELECT count(*)
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id AND p.status <> 'canceled'
    ),
    0
  ) BETWEEN $5 AND $6
ORDER BY id DESC
LIMIT $7;

-- subscription:none, newest first, after a row
-- as 9
/* 10 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 9
-- as 10

-- subscription:none, newest first, before a row
/* 11 */
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
  AND coalesce(
    (
      SELECT count(*)
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id AND p.status <> 'canceled'
    ),
    0
  ) BETWEEN $5 AND $6
ORDER BY id
LIMIT $7;
/* 12 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 11
-- as 12

-- subscription:none, counted
/* 13 */
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
  AND coalesce(
    (
      SELECT count(*)
      FROM subscriptions p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id AND p.status <> 'canceled'
    ),
    0
  ) BETWEEN $4 AND $5
LIMIT $6;
-- as 2
-- as 3
/* 14 */
SELECT id
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
  AND coalesce(
    (
      SELECT count(*)
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id AND p.status <> 'canceled'
    ),
    0
  ) BETWEEN $5 AND $6
LIMIT $7;
-- as 10
-- as 3
-- as 14
-- as 10

-- -subscription:active,trialing, newest first, first page
/* 15 */
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
  AND (
    (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $3
        AND p.status = $4 AND p.customer_id = customers.id
      LIMIT 1
    )
    OR (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $5
        AND p.status = $6 AND p.customer_id = customers.id
      LIMIT 1
    )
  ) IS NOT TRUE
ORDER BY id DESC
LIMIT $7;
-- as 2
-- as 3
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
  AND (
    (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.status = $5 AND p.customer_id = customers.id
      LIMIT 1
    )
    OR (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $6
        AND p.status = $7 AND p.customer_id = customers.id
      LIMIT 1
    )
  ) IS NOT TRUE
ORDER BY id DESC
LIMIT $8;

-- -subscription:active,trialing, newest first, after a row
-- as 16
-- as 10
-- as 3
-- as 16
-- as 10

-- -subscription:active,trialing, newest first, before a row
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
  AND (
    (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.status = $5 AND p.customer_id = customers.id
      LIMIT 1
    )
    OR (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $6
        AND p.status = $7 AND p.customer_id = customers.id
      LIMIT 1
    )
  ) IS NOT TRUE
ORDER BY id
LIMIT $8;
-- as 12
-- as 3
-- as 17
-- as 12

-- -subscription:active,trialing, counted
/* 18 */
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
  AND (
    (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $3
        AND p.status = $4 AND p.customer_id = customers.id
      LIMIT 1
    )
    OR (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $5
        AND p.status = $6 AND p.customer_id = customers.id
      LIMIT 1
    )
  ) IS NOT TRUE
LIMIT $7;
-- as 2
-- as 3
/* 19 */
SELECT id
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
  AND (
    (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $4
        AND p.status = $5 AND p.customer_id = customers.id
      LIMIT 1
    )
    OR (
      SELECT true
      FROM subscriptions p
      WHERE p.account_id = $6
        AND p.status = $7 AND p.customer_id = customers.id
      LIMIT 1
    )
  ) IS NOT TRUE
LIMIT $8;
-- as 10
-- as 3
-- as 19
-- as 10

