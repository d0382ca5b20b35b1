-- spent:>100, newest first, first page
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
  AND coalesce(
    (
      SELECT volume
      FROM payment_figures p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id AND p.currency = $4
    ),
    0
  ) BETWEEN $5 AND $6
ORDER BY id DESC
LIMIT $7;
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
  FROM payment_figures p
  WHERE p.account_id = $1 AND p.currency = $2 AND p.volume BETWEEN $3 AND $4
  LIMIT $5
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
    AND coalesce(
      (
        SELECT volume
        FROM payment_figures p
        WHERE p.account_id = $3
          AND p.customer_id = customers.id AND p.currency = $4
      ),
      0
    ) BETWEEN $5 AND $6
    AND id = ANY($7)
  LIMIT 1 + $8
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $9
ORDER BY sort_key DESC, id DESC
LIMIT $10;

-- spent:>100, counted
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
  AND coalesce(
    (
      SELECT volume
      FROM payment_figures p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id AND p.currency = $4
    ),
    0
  ) BETWEEN $5 AND $6
LIMIT $7;
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
  AND coalesce(
    (
      SELECT volume
      FROM payment_figures p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id AND p.currency = $4
    ),
    0
  ) BETWEEN $5 AND $6
  AND id = ANY($7)
LIMIT $8;

-- payments:0, newest first, first page
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
      SELECT payments
      FROM payment_totals p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id
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
      SELECT payments
      FROM payment_totals p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id
    ),
    0
  ) BETWEEN $5 AND $6
ORDER BY id DESC
LIMIT $7;

-- payments:0, newest first, after a row
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

-- payments:0, newest first, before a row
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
      SELECT payments
      FROM payment_totals p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id
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

-- payments:0, counted
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
      SELECT payments
      FROM payment_totals p
      WHERE p.account_id = $3
        AND p.customer_id = customers.id
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
      SELECT payments
      FROM payment_totals p
      WHERE p.account_id = $4
        AND p.customer_id = customers.id
    ),
    0
  ) BETWEEN $5 AND $6
LIMIT $7;
-- as 10
-- as 3
-- as 14
-- as 10

-- last_payment:last-30d, newest first, first page
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
  AND EXISTS (
    SELECT
    FROM payment_totals p
    WHERE p.account_id = $3
      AND p.last_payment_at >= $4 AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $5;
-- as 2
-- as 3
/* 16 */
(
  SELECT p.customer_id
  FROM payment_totals p
  WHERE p.account_id = $1 AND p.last_payment_at >= $2
  LIMIT $3
);
-- as 3
/* 17 */
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
      FROM payment_totals p
      WHERE p.account_id = $3
        AND p.last_payment_at >= $4 AND p.customer_id = customers.id
    )
    AND id = ANY($5)
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- last_payment:last-30d, counted
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
  AND EXISTS (
    SELECT
    FROM payment_totals p
    WHERE p.account_id = $3
      AND p.last_payment_at >= $4 AND p.customer_id = customers.id
  )
LIMIT $5;
-- as 2
-- as 3
-- as 16
-- as 3
/* 19 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND EXISTS (
    SELECT
    FROM payment_totals p
    WHERE p.account_id = $3
      AND p.last_payment_at >= $4 AND p.customer_id = customers.id
  )
  AND id = ANY($5)
LIMIT $6;

-- last4:4242, newest first, first page
/* 20 */
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
    FROM payment_methods p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.last4 = ANY($4) AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $5;
-- as 2
-- as 3
/* 21 */
(
  SELECT p.customer_id
  FROM payment_methods p
  WHERE p.account_id = $1 AND p.removed_at IS NULL AND p.last4 = ANY($2)
  LIMIT $3
);
-- as 3
/* 22 */
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
      FROM payment_methods p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.last4 = ANY($4) AND p.customer_id = customers.id
    )
    AND id = $5
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- last4:4242, newest first, after a row
/* 23 */
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
    FROM payment_methods p
    WHERE p.account_id = $4
      AND p.removed_at IS NULL AND p.last4 = ANY($5) AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $6;
-- as 10

-- last4:4242, newest first, before a row
/* 24 */
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
    FROM payment_methods p
    WHERE p.account_id = $4
      AND p.removed_at IS NULL AND p.last4 = ANY($5) AND p.customer_id = customers.id
  )
ORDER BY id
LIMIT $6;
-- as 12
-- as 3
-- as 21
-- as 3
/* 25 */
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
      FROM payment_methods p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.last4 = ANY($4) AND p.customer_id = customers.id
    )
    AND id = $5
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key, id
LIMIT $8;

-- last4:4242, counted
/* 26 */
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
    FROM payment_methods p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.last4 = ANY($4) AND p.customer_id = customers.id
  )
LIMIT $5;
-- as 2
-- as 3
-- as 21
-- as 3
/* 27 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND EXISTS (
    SELECT
    FROM payment_methods p
    WHERE p.account_id = $3
      AND p.removed_at IS NULL AND p.last4 = ANY($4) AND p.customer_id = customers.id
  )
  AND id = $5
LIMIT $6;

-- card:expiring, newest first, first page
/* 28 */
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
    FROM payment_methods p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.expires_on BETWEEN $4 AND $5
      AND p.customer_id = customers.id
  )
ORDER BY id DESC
LIMIT $6;
-- as 2
-- as 3
/* 29 */
(
  SELECT p.customer_id
  FROM payment_methods p
  WHERE p.account_id = $1 AND p.removed_at IS NULL AND p.expires_on BETWEEN $2 AND $3
  LIMIT $4
);
-- as 3
/* 30 */
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
      FROM payment_methods p
      WHERE
        p.account_id = $3
        AND p.removed_at IS NULL
        AND p.expires_on BETWEEN $4 AND $5
        AND p.customer_id = customers.id
    )
    AND id = ANY($6)
  LIMIT 1 + $7
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $8
ORDER BY sort_key DESC, id DESC
LIMIT $9;

-- card:expiring, counted
/* 31 */
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
    FROM payment_methods p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.expires_on BETWEEN $4 AND $5
      AND p.customer_id = customers.id
  )
LIMIT $6;
-- as 2
-- as 3
-- as 29
-- as 3
/* 32 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (id) < ($2)
  AND EXISTS (
    SELECT
    FROM payment_methods p
    WHERE
      p.account_id = $3
      AND p.removed_at IS NULL
      AND p.expires_on BETWEEN $4 AND $5
      AND p.customer_id = customers.id
  )
  AND id = ANY($6)
LIMIT $7;

-- has:card,address, newest first, first page
/* 33 */
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
    EXISTS (
      SELECT
      FROM payment_methods p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.kind = $4 AND p.customer_id = customers.id
    )
    OR EXISTS (SELECT FROM addresses p WHERE p.account_id = $5 AND p.customer_id = customers.id)
  )
ORDER BY id DESC
LIMIT $6;
-- as 2
-- as 3
/* 34 */
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
    EXISTS (
      SELECT
      FROM payment_methods p
      WHERE p.account_id = $4
        AND p.removed_at IS NULL AND p.kind = $5 AND p.customer_id = customers.id
    )
    OR EXISTS (SELECT FROM addresses p WHERE p.account_id = $6 AND p.customer_id = customers.id)
  )
ORDER BY id DESC
LIMIT $7;
-- as 10
-- as 3
-- as 34
-- as 10

-- has:card,address, newest first, after a row
-- as 34
-- as 10

-- has:card,address, newest first, before a row
/* 35 */
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
    EXISTS (
      SELECT
      FROM payment_methods p
      WHERE p.account_id = $4
        AND p.removed_at IS NULL AND p.kind = $5 AND p.customer_id = customers.id
    )
    OR EXISTS (SELECT FROM addresses p WHERE p.account_id = $6 AND p.customer_id = customers.id)
  )
ORDER BY id
LIMIT $7;
-- as 12
-- as 3
-- as 35
-- as 12

-- has:card,address, counted
/* 36 */
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
    EXISTS (
      SELECT
      FROM payment_methods p
      WHERE p.account_id = $3
        AND p.removed_at IS NULL AND p.kind = $4 AND p.customer_id = customers.id
    )
    OR EXISTS (SELECT FROM addresses p WHERE p.account_id = $5 AND p.customer_id = customers.id)
  )
LIMIT $6;
-- as 2
-- as 3
/* 37 */
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
    EXISTS (
      SELECT
      FROM payment_methods p
      WHERE p.account_id = $4
        AND p.removed_at IS NULL AND p.kind = $5 AND p.customer_id = customers.id
    )
    OR EXISTS (SELECT FROM addresses p WHERE p.account_id = $6 AND p.customer_id = customers.id)
  )
LIMIT $7;
-- as 10
-- as 3
-- as 37
-- as 10

