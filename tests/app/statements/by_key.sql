-- id:{id}, newest first, first page
/* 1 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND id = $2
  LIMIT 1 + $3
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $4
ORDER BY sort_key DESC, id DESC
LIMIT $5;

-- id:{id}, newest first, after a row
/* 2 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2) AND id = $3
  LIMIT 1 + $4
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $5
ORDER BY sort_key DESC, id DESC
LIMIT $6;

-- id:{id}, newest first, before a row
/* 3 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2) AND id = $3
  LIMIT 1 + $4
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $5
ORDER BY sort_key, id
LIMIT $6;

-- id:{id}, by name, first page
/* 4 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND id = $2
  LIMIT 1 + $3
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $4
ORDER BY sort_key, id
LIMIT $5;

-- id:{id}, by name, after a row
/* 5 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) > ($2, $3) AND id = $4
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key, id
LIMIT $7;

-- id:{id}, by name, before a row
/* 6 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) < ($2, $3) AND id = $4
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key DESC, id DESC
LIMIT $7;

-- id:{id}, largest volume first, first page
/* 7 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $3 AND deleted_at IS NULL AND id = $4
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key DESC, id DESC
LIMIT $7;

-- id:{id}, largest volume first, after a row
/* 8 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $3
    AND deleted_at IS NULL
    AND (
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $4
            AND (p.currency = $5) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C",
      id
    ) < ($6, $7)
    AND id = $8
  LIMIT 1 + $9
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $10
ORDER BY sort_key DESC, id DESC
LIMIT $11;

-- id:{id}, largest volume first, before a row
/* 9 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $3
    AND deleted_at IS NULL
    AND (
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $4
            AND (p.currency = $5) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C",
      id
    ) > ($6, $7)
    AND id = $8
  LIMIT 1 + $9
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $10
ORDER BY sort_key, id
LIMIT $11;

-- id:{id}, counted
/* 10 */
SELECT id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND id = $2
LIMIT $3;

-- wanjiru@, newest first, first page
/* 11 */
SELECT n - 1 AS n
FROM unnest($2::text[])
WITH ORDINALITY AS asked(text, n)
WHERE (
  SELECT true
  FROM customers
  WHERE account_id = $1
    AND reference IS NOT NULL AND lower(reference) = lower(text)
  LIMIT 1
);
/* 12 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND email_key >= lower($2) AND email_key < lower($3)
  LIMIT 1 + $4
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $5
ORDER BY sort_key DESC, id DESC
LIMIT $6;

-- wanjiru@, newest first, after a row
-- as 11
/* 13 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2) AND email_key >= lower($3) AND email_key < lower($4)
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key DESC, id DESC
LIMIT $7;
/* 14 */
SELECT id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2) AND email_key >= lower($3) AND email_key < lower($4)
LIMIT $5;

-- wanjiru@, newest first, before a row
-- as 11
/* 15 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2) AND email_key >= lower($3) AND email_key < lower($4)
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key, id
LIMIT $7;
/* 16 */
SELECT id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2) AND email_key >= lower($3) AND email_key < lower($4)
LIMIT $5;

-- wanjiru@, by name, first page
-- as 11
/* 17 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND email_key >= lower($2) AND email_key < lower($3)
  LIMIT 1 + $4
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $5
ORDER BY sort_key, id
LIMIT $6;

-- wanjiru@, by name, after a row
-- as 11
/* 18 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (name_key, id) > ($2, $3)
    AND email_key >= lower($4)
    AND email_key < lower($5)
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key, id
LIMIT $8;
/* 19 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (name_key, id) > ($2, $3)
  AND email_key >= lower($4)
  AND email_key < lower($5)
LIMIT $6;

-- wanjiru@, by name, before a row
-- as 11
/* 20 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $1
    AND deleted_at IS NULL
    AND (name_key, id) < ($2, $3)
    AND email_key >= lower($4)
    AND email_key < lower($5)
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;
/* 21 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (name_key, id) < ($2, $3)
  AND email_key >= lower($4)
  AND email_key < lower($5)
LIMIT $6;

-- wanjiru@, largest volume first, first page
-- as 11
/* 22 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $3 AND deleted_at IS NULL AND email_key >= lower($4) AND email_key < lower($5)
  LIMIT 1 + $6
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $7
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- wanjiru@, largest volume first, after a row
-- as 11
/* 23 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $3
    AND deleted_at IS NULL
    AND (
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $4
            AND (p.currency = $5) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C",
      id
    ) < ($6, $7)
    AND email_key >= lower($8)
    AND email_key < lower($9)
  LIMIT 1 + $10
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $11
ORDER BY sort_key DESC, id DESC
LIMIT $12;
/* 24 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $2
          AND (p.currency = $3) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C",
    id
  ) < ($4, $5)
  AND email_key >= lower($6)
  AND email_key < lower($7)
LIMIT $8;

-- wanjiru@, largest volume first, before a row
-- as 11
/* 25 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    account_id = $3
    AND deleted_at IS NULL
    AND (
      coalesce(
        (
          SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
          FROM payment_figures p
          WHERE p.account_id = $4
            AND (p.currency = $5) IS TRUE AND p.customer_id = customers.id
        ),
        ''
      ) COLLATE "C",
      id
    ) > ($6, $7)
    AND email_key >= lower($8)
    AND email_key < lower($9)
  LIMIT 1 + $10
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $11
ORDER BY sort_key, id
LIMIT $12;
/* 26 */
SELECT id
FROM customers
WHERE
  account_id = $1
  AND deleted_at IS NULL
  AND (
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $2
          AND (p.currency = $3) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C",
    id
  ) > ($4, $5)
  AND email_key >= lower($6)
  AND email_key < lower($7)
LIMIT $8;

-- wanjiru@, counted
-- as 11
/* 27 */
SELECT id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND email_key >= lower($2) AND email_key < lower($3)
LIMIT $4;

-- reference:R-1042, newest first, first page
/* 28 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND reference IS NOT NULL AND lower(reference) = lower($2)
  LIMIT 1 + $3
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $4
ORDER BY sort_key DESC, id DESC
LIMIT $5;
/* 29 */
SELECT id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND reference IS NOT NULL AND lower(reference) = lower($2)
LIMIT $3;

-- reference:R-1042, by name, first page
/* 30 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL AND reference IS NOT NULL AND lower(reference) = lower($2)
  LIMIT 1 + $3
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $4
ORDER BY sort_key, id
LIMIT $5;
-- as 29

-- reference:R-1042, largest volume first, first page
/* 31 */
WITH
found AS MATERIALIZED (
  SELECT
    id,
    kind,
    name,
    email,
    phone,
    created_at,
    deleted_at,
    coalesce(
      (
        SELECT lpad(p.volume::text, 19, '0') COLLATE "C"
        FROM payment_figures p
        WHERE p.account_id = $1
          AND (p.currency = $2) IS TRUE AND p.customer_id = customers.id
      ),
      ''
    ) COLLATE "C" AS sort_key,
    ARRAY[]::text[] AS extra
  FROM customers
  WHERE account_id = $3 AND deleted_at IS NULL AND reference IS NOT NULL AND lower(reference) = lower($4)
  LIMIT 1 + $5
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $6
ORDER BY sort_key DESC, id DESC
LIMIT $7;
-- as 29

-- reference:R-1042, counted
-- as 29

