-- kamau, newest first, first page
/* 1 */
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
/* 2 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
/* 3 */
SET LOCAL statement_timeout = (what is left);
/* 4 */
SELECT text, search_text(text) AS marked
FROM unnest($1::text[]) AS text;
/* 5 */
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
/* 6 */
SELECT
  (SELECT id FROM customers WHERE account_id = $1 ORDER BY id LIMIT 1) AS oldest,
  (SELECT id FROM customers WHERE account_id = $1 ORDER BY id DESC LIMIT 1) AS newest;
-- as 3
/* 7 */
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
/* 8 */
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
/* 9 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) < ($2)
ORDER BY id DESC OFFSET $3 - 1
LIMIT 1;

-- kamau, newest first, before a row
/* 10 */
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
/* 11 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (id) > ($2)
ORDER BY id OFFSET $3 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 5
-- as 6
-- as 3
/* 12 */
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
/* 13 */
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
/* 14 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY name_key, id OFFSET $2 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 5
-- as 6
/* 15 */
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
-- as 3
/* 16 */
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
/* 17 */
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
/* 18 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) > ($2, $3)
ORDER BY name_key, id OFFSET $4 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 5
-- as 6
-- as 15
-- as 3
-- as 16
/* 19 */
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
/* 20 */
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
/* 21 */
SELECT name_key, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL AND (name_key, id) < ($2, $3)
ORDER BY name_key DESC, id DESC OFFSET $4 - 1
LIMIT 1;
-- as 3
-- as 4
-- as 5
-- as 6
/* 22 */
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
-- as 3
/* 23 */
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
/* 24 */
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
/* 25 */
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
/* 26 */
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
-- as 3
-- as 4
-- as 5
-- as 6
/* 27 */
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
-- as 3
/* 28 */
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
/* 29 */
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
/* 30 */
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
/* 31 */
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
/* 32 */
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
-- as 3
-- as 4
-- as 5
-- as 6
/* 33 */
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
-- as 3
/* 34 */
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
/* 35 */
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
/* 36 */
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
-- as 2
-- as 3
-- as 4
-- as 5
-- as 6
-- as 3
/* 37 */
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
/* 38 */
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
-- as 2
-- as 3
-- as 5
-- as 6
-- as 3
/* 39 */
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
/* 40 */
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
-- as 9

-- 0712345678, newest first, before a row
/* 41 */
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
-- as 11
-- as 3
-- as 5
-- as 6
-- as 3
/* 42 */
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
/* 43 */
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
-- as 14
-- as 3
-- as 5
-- as 6
/* 44 */
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
-- as 3
/* 45 */
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
/* 46 */
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
-- as 18
-- as 3
-- as 5
-- as 6
-- as 44
-- as 3
-- as 45
/* 47 */
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
/* 48 */
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
-- as 21
-- as 3
-- as 5
-- as 6
/* 49 */
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
-- as 3
/* 50 */
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
/* 51 */
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
/* 52 */
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
-- as 26
-- as 3
-- as 5
-- as 6
/* 53 */
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
-- as 3
/* 54 */
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
/* 55 */
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
-- as 30

-- 0712345678, largest volume first, before a row
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
-- as 32
-- as 3
-- as 5
-- as 6
/* 57 */
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
-- as 3
/* 58 */
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
/* 59 */
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
/* 60 */
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
-- as 2
-- as 3
-- as 5
-- as 6
-- as 3
/* 61 */
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
/* 62 */
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
-- as 2
-- as 3
-- as 4
-- as 5
-- as 6
-- as 3
/* 63 */
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
/* 64 */
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
-- as 14
-- as 3
-- as 4
-- as 5
-- as 6
-- as 15
-- as 3
/* 65 */
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
/* 66 */
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
/* 67 */
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
-- as 26
-- as 3
-- as 4
-- as 5
-- as 6
-- as 27
-- as 3
/* 68 */
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
/* 69 */
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
/* 70 */
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
-- as 2
-- as 3
-- as 4
-- as 5
-- as 6
-- as 3
/* 71 */
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

