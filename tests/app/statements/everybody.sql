-- everybody, newest first, first page
/* 1 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC
LIMIT $2;

-- everybody, newest first, after a row
/* 2 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC
LIMIT $3;

-- everybody, newest first, before a row
/* 3 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- everybody, oldest first, first page
/* 4 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id
LIMIT $2;

-- everybody, oldest first, after a row
-- as 3

-- everybody, oldest first, before a row
-- as 2

-- everybody, by name, first page
/* 5 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY name_key, id
LIMIT $2;

-- everybody, by name, after a row
/* 6 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
ORDER BY name_key, id
LIMIT $4;

-- everybody, by name, before a row
/* 7 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
ORDER BY name_key DESC, id DESC
LIMIT $4;

-- everybody, by name, reversed, first page
/* 8 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY name_key DESC, id DESC
LIMIT $2;

-- everybody, by name, reversed, after a row
-- as 7

-- everybody, by name, reversed, before a row
-- as 6

-- everybody, by email, first page
/* 9 */
SELECT id, kind, name, email, phone, created_at, deleted_at, email_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY email_key, id
LIMIT $2;

-- everybody, by email, after a row
/* 10 */
SELECT id, kind, name, email, phone, created_at, deleted_at, email_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (email_key, id) > ($2, $3)
ORDER BY email_key, id
LIMIT $4;

-- everybody, by email, before a row
/* 11 */
SELECT id, kind, name, email, phone, created_at, deleted_at, email_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (email_key, id) < ($2, $3)
ORDER BY email_key DESC, id DESC
LIMIT $4;

-- everybody, by email, reversed, first page
/* 12 */
SELECT id, kind, name, email, phone, created_at, deleted_at, email_key AS sort_key, ARRAY[]::text[] AS extra
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY email_key DESC, id DESC
LIMIT $2;

-- everybody, by email, reversed, after a row
-- as 11

-- everybody, by email, reversed, before a row
-- as 10

-- everybody, largest volume first, first page
/* 13 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT p.customer_id AS place_id, lpad(p.volume::text, 19, '0') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.volume
      FROM payment_figures p
      WHERE p.account_id = $1
        AND p.currency = $2
      ORDER BY p.volume DESC, p.customer_id DESC OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $3
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.volume DESC, p.customer_id DESC
    LIMIT $4
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $5
      AND deleted_at IS NULL
      AND (
        SELECT true
        FROM payment_figures p
        WHERE p.account_id = $6
          AND (p.currency = $7) IS TRUE AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id DESC
    LIMIT $8 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $9 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $10;

-- everybody, largest volume first, after a row
/* 14 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND id < $2
      AND (
        SELECT true
        FROM payment_figures p
        WHERE p.account_id = $3
          AND (p.currency = $4) IS TRUE AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id DESC
    LIMIT $5
  )
  SELECT *
  FROM first
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $6 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $7;

-- everybody, largest volume first, before a row
/* 15 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND id > $2
      AND (
        SELECT true
        FROM payment_figures p
        WHERE p.account_id = $3
          AND (p.currency = $4) IS TRUE AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id
    LIMIT $5
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT p.customer_id AS place_id, lpad(p.volume::text, 19, '0') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.volume
      FROM payment_figures p
      WHERE p.account_id = $6
        AND p.currency = $7
      ORDER BY p.volume, p.customer_id OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $8
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.volume, p.customer_id
    LIMIT $9 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $10 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key, id
LIMIT $11;

-- everybody, smallest volume first, first page
/* 16 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND (
        SELECT true
        FROM payment_figures p
        WHERE p.account_id = $2
          AND (p.currency = $3) IS TRUE AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id
    LIMIT $4
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT p.customer_id AS place_id, lpad(p.volume::text, 19, '0') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.volume
      FROM payment_figures p
      WHERE p.account_id = $5
        AND p.currency = $6
      ORDER BY p.volume, p.customer_id OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $7
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.volume, p.customer_id
    LIMIT $8 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $9 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key, id
LIMIT $10;

-- everybody, smallest volume first, after a row
-- as 15

-- everybody, smallest volume first, before a row
-- as 14

-- everybody, latest payment first, first page
/* 17 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT
      p.customer_id AS place_id,
      to_char(p.last_payment_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.last_payment_at
      FROM payment_totals p
      WHERE p.account_id = $1
      ORDER BY p.last_payment_at DESC, p.customer_id DESC OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $2
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.last_payment_at DESC, p.customer_id DESC
    LIMIT $3
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $4
      AND deleted_at IS NULL
      AND (
        SELECT true
        FROM payment_totals p
        WHERE p.account_id = $5
          AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id DESC
    LIMIT $6 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $7 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $8;

-- everybody, latest payment first, after a row
/* 18 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND id < $2
      AND (
        SELECT true
        FROM payment_totals p
        WHERE p.account_id = $3
          AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id DESC
    LIMIT $4
  )
  SELECT *
  FROM first
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $5 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key DESC, id DESC
LIMIT $6;

-- everybody, latest payment first, before a row
/* 19 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND id > $2
      AND (
        SELECT true
        FROM payment_totals p
        WHERE p.account_id = $3
          AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id
    LIMIT $4
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT
      p.customer_id AS place_id,
      to_char(p.last_payment_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.last_payment_at
      FROM payment_totals p
      WHERE p.account_id = $5
      ORDER BY p.last_payment_at, p.customer_id OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $6
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.last_payment_at, p.customer_id
    LIMIT $7 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $8 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key, id
LIMIT $9;

-- everybody, longest without a payment first, first page
/* 20 */
SELECT id, kind, name, email, phone, created_at, deleted_at, figure_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  WITH
  first AS MATERIALIZED (
    SELECT id AS place_id, '' AS figure_key
    FROM customers
    WHERE
      account_id = $1
      AND deleted_at IS NULL
      AND (
        SELECT true
        FROM payment_totals p
        WHERE p.account_id = $2
          AND p.customer_id = customers.id
      ) IS NULL
    ORDER BY id
    LIMIT $3
  )
  SELECT *
  FROM first
  UNION ALL
  (
    SELECT
      p.customer_id AS place_id,
      to_char(p.last_payment_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') COLLATE "C" AS figure_key
    FROM (
      SELECT p.customer_id, p.last_payment_at
      FROM payment_totals p
      WHERE p.account_id = $4
      ORDER BY p.last_payment_at, p.customer_id OFFSET 0
    ) p
      CROSS JOIN LATERAL (
        SELECT
        FROM customers c
        WHERE c.account_id = $5
          AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0
      ) c
    ORDER BY p.last_payment_at, p.customer_id
    LIMIT $6 - (SELECT count(*) FROM first)
  )
) place
  CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = $7 AND c.id = place_id OFFSET 0) customers
WHERE true
ORDER BY figure_key, id
LIMIT $8;

-- everybody, longest without a payment first, after a row
-- as 19

-- everybody, longest without a payment first, before a row
-- as 18

-- everybody, counted
/* 21 */
SELECT coalesce(sum(active), 0)::bigint AS active, coalesce(sum(deleted), 0)::bigint AS deleted
FROM customer_counts
WHERE account_id = $1;

