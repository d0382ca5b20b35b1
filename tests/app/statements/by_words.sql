-- kamau, newest first, first page
/* 1 */
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
/* 2 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3))
ORDER BY id DESC
LIMIT $4;
/* 3 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
/* 4 */
SET LOCAL statement_timeout = (what is left);
/* 5 */
SELECT text, search_text(text) AS marked
FROM unnest($1::text[]) AS text;
/* 6 */
SELECT p.need, w.word
FROM
  unnest($2::int[], $3::text[], $4::text[]) AS p(need, pattern, piece)
  CROSS JOIN LATERAL (
    SELECT word
    FROM words
    WHERE account_id = $1
      AND word LIKE p.pattern AND word_parts(account_id, word) @> word_parts($1, p.piece)
    LIMIT $5
  ) w;
/* 7 */
SELECT
  (SELECT id FROM customers WHERE account_id = $1 ORDER BY id LIMIT 1) AS oldest,
  (SELECT id FROM customers WHERE account_id = $1 ORDER BY id DESC LIMIT 1) AS newest;
-- as 4
/* 8 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((id) < ($2)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($3, scope, word))
        FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($6))
)
SELECT *
FROM found
ORDER BY sort_key DESC, id DESC
LIMIT $7;

-- kamau, newest first, after a row
-- as 1
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
WHERE true AND search LIKE (SELECT word_pattern($4))
ORDER BY id DESC
LIMIT $5;
/* 10 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC OFFSET $3 - 1
LIMIT 1;

-- kamau, newest first, before a row
-- as 1
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
WHERE true AND search LIKE (SELECT word_pattern($4))
ORDER BY id
LIMIT $5;
/* 12 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id OFFSET $3 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
-- as 4
/* 13 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((id) > ($2)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($3, scope, word))
        FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($6))
)
SELECT *
FROM found
ORDER BY sort_key, id
LIMIT $7;

-- kamau, by name, first page
-- as 1
/* 14 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3))
ORDER BY name_key, id
LIMIT $4;
/* 15 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY name_key, id OFFSET $2 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
/* 16 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) > ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
LIMIT $7;
-- as 4
/* 17 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((name_key, id) > ($2, $3)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($4, scope, word))
        FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($7))
  LIMIT 1 + $8
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $9
ORDER BY sort_key, id
LIMIT $10;

-- kamau, by name, after a row
-- as 1
/* 18 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
  ORDER BY name_key, id
  LIMIT $4
) customers
WHERE true AND search LIKE (SELECT word_pattern($5))
ORDER BY name_key, id
LIMIT $6;
/* 19 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
ORDER BY name_key, id OFFSET $4 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
-- as 16
-- as 4
-- as 17
/* 20 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) > ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($7))
LIMIT $8;

-- kamau, by name, before a row
-- as 1
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
WHERE true AND search LIKE (SELECT word_pattern($5))
ORDER BY name_key DESC, id DESC
LIMIT $6;
/* 22 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
ORDER BY name_key DESC, id DESC OFFSET $4 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
/* 23 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) < ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
LIMIT $7;
-- as 4
/* 24 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((name_key, id) < ($2, $3)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($4, scope, word))
        FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($7))
  LIMIT 1 + $8
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $9
ORDER BY sort_key DESC, id DESC
LIMIT $10;
/* 25 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) < ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($7))
LIMIT $8;

-- kamau, largest volume first, first page
-- as 1
/* 26 */
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
WHERE true AND search LIKE (SELECT word_pattern($10))
ORDER BY figure_key DESC, id DESC
LIMIT $11;
/* 27 */
SELECT figure_key, place_id AS id
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
ORDER BY figure_key DESC, id DESC OFFSET $9 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
/* 28 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
LIMIT $9;
-- as 4
/* 29 */
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
    (account_id = $3) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND (
      (
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
    ) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($8, scope, word))
        FROM unnest($9::bigint[], $10::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($11))
  LIMIT 1 + $12
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $13
ORDER BY sort_key DESC, id DESC
LIMIT $14;

-- kamau, largest volume first, after a row
-- as 1
/* 30 */
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
WHERE true AND search LIKE (SELECT word_pattern($7))
ORDER BY figure_key DESC, id DESC
LIMIT $8;
/* 31 */
SELECT figure_key, place_id AS id
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
ORDER BY figure_key DESC, id DESC OFFSET $6 - 1
LIMIT 1;

-- kamau, largest volume first, before a row
-- as 1
/* 32 */
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
WHERE true AND search LIKE (SELECT word_pattern($11))
ORDER BY figure_key, id
LIMIT $12;
/* 33 */
SELECT figure_key, place_id AS id
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
ORDER BY figure_key, id OFFSET $10 - 1
LIMIT 1;
-- as 4
-- as 5
-- as 6
-- as 7
/* 34 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
LIMIT $9;
-- as 4
/* 35 */
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
    (account_id = $3) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND (
      (
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
    ) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($8, scope, word))
        FROM unnest($9::bigint[], $10::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($11))
  LIMIT 1 + $12
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $13
ORDER BY sort_key, id
LIMIT $14;
/* 36 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($9))
LIMIT $10;

-- kamau, counted
-- as 1
/* 37 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3))
LIMIT $4;
-- as 3
-- as 4
-- as 5
-- as 6
-- as 7
-- as 4
/* 38 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((id) < ($2)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($3, scope, word))
      FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($6))
LIMIT $7;

-- 0712345678, newest first, first page
-- as 1
/* 39 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND (search LIKE $3 OR phone LIKE $4)
ORDER BY id DESC
LIMIT $5;
-- as 3
-- as 4
-- as 6
-- as 7
-- as 4
/* 40 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((id) < ($2)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($3, scope, word))
        FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($6, scope, word))
        FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $9 OR phone LIKE $10)
)
SELECT *
FROM found
ORDER BY sort_key DESC, id DESC
LIMIT $11;

-- 0712345678, newest first, after a row
-- as 1
/* 41 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) < ($2)
  ORDER BY id DESC
  LIMIT $3
) customers
WHERE true AND (search LIKE $4 OR phone LIKE $5)
ORDER BY id DESC
LIMIT $6;
-- as 10

-- 0712345678, newest first, before a row
-- as 1
/* 42 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (id) > ($2)
  ORDER BY id
  LIMIT $3
) customers
WHERE true AND (search LIKE $4 OR phone LIKE $5)
ORDER BY id
LIMIT $6;
-- as 12
-- as 4
-- as 6
-- as 7
-- as 4
/* 43 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((id) > ($2)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($3, scope, word))
        FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($6, scope, word))
        FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $9 OR phone LIKE $10)
)
SELECT *
FROM found
ORDER BY sort_key, id
LIMIT $11;

-- 0712345678, by name, first page
-- as 1
/* 44 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND (search LIKE $3 OR phone LIKE $4)
ORDER BY name_key, id
LIMIT $5;
-- as 15
-- as 4
-- as 6
-- as 7
/* 45 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) > ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($7, scope, word))
      FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
    )
  )
LIMIT $10;
-- as 4
/* 46 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((name_key, id) > ($2, $3)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($4, scope, word))
        FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($7, scope, word))
        FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $10 OR phone LIKE $11)
  LIMIT 1 + $12
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $13
ORDER BY sort_key, id
LIMIT $14;

-- 0712345678, by name, after a row
-- as 1
/* 47 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
  ORDER BY name_key, id
  LIMIT $4
) customers
WHERE true AND (search LIKE $5 OR phone LIKE $6)
ORDER BY name_key, id
LIMIT $7;
-- as 19
-- as 4
-- as 6
-- as 7
-- as 45
-- as 4
-- as 46
/* 48 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) > ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($7, scope, word))
      FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
    )
  )
  AND (search LIKE $10 OR phone LIKE $11)
LIMIT $12;

-- 0712345678, by name, before a row
-- as 1
/* 49 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
  ORDER BY name_key DESC, id DESC
  LIMIT $4
) customers
WHERE true AND (search LIKE $5 OR phone LIKE $6)
ORDER BY name_key DESC, id DESC
LIMIT $7;
-- as 22
-- as 4
-- as 6
-- as 7
/* 50 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) < ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($7, scope, word))
      FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
    )
  )
LIMIT $10;
-- as 4
/* 51 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((name_key, id) < ($2, $3)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($4, scope, word))
        FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($7, scope, word))
        FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $10 OR phone LIKE $11)
  LIMIT 1 + $12
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $13
ORDER BY sort_key DESC, id DESC
LIMIT $14;
/* 52 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) < ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($7, scope, word))
      FROM unnest($8::bigint[], $9::text[]) AS entry(scope, word)
    )
  )
  AND (search LIKE $10 OR phone LIKE $11)
LIMIT $12;

-- 0712345678, largest volume first, first page
-- as 1
/* 53 */
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
WHERE true AND (search LIKE $10 OR phone LIKE $11)
ORDER BY figure_key DESC, id DESC
LIMIT $12;
-- as 27
-- as 4
-- as 6
-- as 7
/* 54 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($9, scope, word))
      FROM unnest($10::bigint[], $11::text[]) AS entry(scope, word)
    )
  )
LIMIT $12;
-- as 4
/* 55 */
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
    (account_id = $3) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND (
      (
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
    ) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($8, scope, word))
        FROM unnest($9::bigint[], $10::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($11, scope, word))
        FROM unnest($12::bigint[], $13::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $14 OR phone LIKE $15)
  LIMIT 1 + $16
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $17
ORDER BY sort_key DESC, id DESC
LIMIT $18;

-- 0712345678, largest volume first, after a row
-- as 1
/* 56 */
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
WHERE true AND (search LIKE $7 OR phone LIKE $8)
ORDER BY figure_key DESC, id DESC
LIMIT $9;
-- as 31

-- 0712345678, largest volume first, before a row
-- as 1
/* 57 */
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
WHERE true AND (search LIKE $11 OR phone LIKE $12)
ORDER BY figure_key, id
LIMIT $13;
-- as 33
-- as 4
-- as 6
-- as 7
/* 58 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($9, scope, word))
      FROM unnest($10::bigint[], $11::text[]) AS entry(scope, word)
    )
  )
LIMIT $12;
-- as 4
/* 59 */
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
    (account_id = $3) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND (
      (
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
    ) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($8, scope, word))
        FROM unnest($9::bigint[], $10::text[]) AS entry(scope, word)
      )
    )
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($11, scope, word))
        FROM unnest($12::bigint[], $13::text[]) AS entry(scope, word)
      )
    )
    AND (search LIKE $14 OR phone LIKE $15)
  LIMIT 1 + $16
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $17
ORDER BY sort_key, id
LIMIT $18;
/* 60 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($9, scope, word))
      FROM unnest($10::bigint[], $11::text[]) AS entry(scope, word)
    )
  )
  AND (search LIKE $12 OR phone LIKE $13)
LIMIT $14;

-- 0712345678, counted
-- as 1
/* 61 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND (search LIKE $3 OR phone LIKE $4)
LIMIT $5;
-- as 3
-- as 4
-- as 6
-- as 7
-- as 4
/* 62 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((id) < ($2)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($3, scope, word))
      FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
    )
  )
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND (search LIKE $9 OR phone LIKE $10)
LIMIT $11;

-- wanjiru -kamau, newest first, first page
-- as 1
/* 63 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3)) AND (search LIKE (SELECT word_pattern($4))) IS NOT TRUE
ORDER BY id DESC
LIMIT $5;
-- as 3
-- as 4
-- as 5
-- as 6
-- as 7
-- as 4
/* 64 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((id) < ($2)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($3, scope, word))
        FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($6))
    AND (search LIKE (SELECT word_pattern($7))) IS NOT TRUE
)
SELECT *
FROM found
ORDER BY sort_key DESC, id DESC
LIMIT $8;

-- wanjiru -kamau, by name, first page
-- as 1
/* 65 */
SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NULL
  ORDER BY name_key, id
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3)) AND (search LIKE (SELECT word_pattern($4))) IS NOT TRUE
ORDER BY name_key, id
LIMIT $5;
-- as 15
-- as 4
-- as 5
-- as 6
-- as 7
-- as 16
-- as 4
/* 66 */
WITH
found AS MATERIALIZED (
  SELECT id, kind, name, email, phone, created_at, deleted_at, name_key AS sort_key, ARRAY[]::text[] AS extra
  FROM customers
  WHERE
    (account_id = $1) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND ((name_key, id) > ($2, $3)) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($4, scope, word))
        FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($7))
    AND (search LIKE (SELECT word_pattern($8))) IS NOT TRUE
  LIMIT 1 + $9
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $10
ORDER BY sort_key, id
LIMIT $11;
/* 67 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((name_key, id) > ($2, $3)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($4, scope, word))
      FROM unnest($5::bigint[], $6::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($7))
  AND (search LIKE (SELECT word_pattern($8))) IS NOT TRUE
LIMIT $9;

-- wanjiru -kamau, largest volume first, first page
-- as 1
/* 68 */
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
WHERE true AND search LIKE (SELECT word_pattern($10)) AND (search LIKE (SELECT word_pattern($11))) IS NOT TRUE
ORDER BY figure_key DESC, id DESC
LIMIT $12;
-- as 27
-- as 4
-- as 5
-- as 6
-- as 7
-- as 28
-- as 4
/* 69 */
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
    (account_id = $3) IS TRUE
    AND num_nonnulls(deleted_at) = 0
    AND (
      (
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
    ) IS TRUE
    AND (
      search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
        SELECT array_agg(search_key($8, scope, word))
        FROM unnest($9::bigint[], $10::text[]) AS entry(scope, word)
      )
    )
    AND search LIKE (SELECT word_pattern($11))
    AND (search LIKE (SELECT word_pattern($12))) IS NOT TRUE
  LIMIT 1 + $13
)
SELECT *
FROM found
WHERE (SELECT count(*) FROM found) <= $14
ORDER BY sort_key DESC, id DESC
LIMIT $15;
/* 70 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND (
    (
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
  ) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($6, scope, word))
      FROM unnest($7::bigint[], $8::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($9))
  AND (search LIKE (SELECT word_pattern($10))) IS NOT TRUE
LIMIT $11;

-- wanjiru -kamau, counted
-- as 1
/* 71 */
SELECT id
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1 AND deleted_at IS NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3)) AND (search LIKE (SELECT word_pattern($4))) IS NOT TRUE
LIMIT $5;
-- as 3
-- as 4
-- as 5
-- as 6
-- as 7
-- as 4
/* 72 */
SELECT id
FROM customers
WHERE
  (account_id = $1) IS TRUE
  AND num_nonnulls(deleted_at) = 0
  AND ((id) < ($2)) IS TRUE
  AND (
    search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && (
      SELECT array_agg(search_key($3, scope, word))
      FROM unnest($4::bigint[], $5::text[]) AS entry(scope, word)
    )
  )
  AND search LIKE (SELECT word_pattern($6))
  AND (search LIKE (SELECT word_pattern($7))) IS NOT TRUE
LIMIT $8;

