-- all, newest first, first page
/* 1 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1
ORDER BY id DESC
LIMIT $2;

-- all, newest first, before a row
/* 2 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- all, the next charge first, first page
/* 3 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $2;

-- all, the next charge first, before a row
/* 4 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND (coalesce(next_on, '9999-12-31'::date), id) < ($2, $3)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $4;

-- all, by currency, the largest first, first page
/* 5 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1
ORDER BY currency DESC, total DESC, id DESC
LIMIT $2;

-- all, by currency, the largest first, before a row
/* 6 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND (currency, total, id) > ($2, $3, $4)
ORDER BY currency, total, id
LIMIT $5;

-- all, counted
/* 7 */
SELECT id
FROM payment_schedules
WHERE account_id = $1
LIMIT $2;

-- customer:{id}, newest first, first page
/* 8 */
SET LOCAL statement_timeout = (what is left);
/* 9 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2
ORDER BY id DESC
LIMIT $3;

-- customer:{id}, newest first, before a row
-- as 8
/* 10 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- customer:{id}, the next charge first, first page
-- as 8
/* 11 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $3;

-- customer:{id}, the next charge first, before a row
-- as 8
/* 12 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2 AND (coalesce(next_on, '9999-12-31'::date), id) < ($3, $4)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $5;

-- customer:{id}, by currency, the largest first, first page
-- as 8
/* 13 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2
ORDER BY currency DESC, total DESC, id DESC
LIMIT $3;

-- customer:{id}, by currency, the largest first, before a row
-- as 8
/* 14 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2 AND (currency, total, id) > ($3, $4, $5)
ORDER BY currency, total, id
LIMIT $6;

-- customer:{id}, counted
-- as 8
/* 15 */
SELECT id
FROM payment_schedules
WHERE account_id = $1 AND customer_id = $2
LIMIT $3;

-- status:past_due, newest first, first page
-- as 8
/* 16 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND status = $2
ORDER BY id DESC
LIMIT $3;

-- status:past_due, newest first, before a row
-- as 8
/* 17 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND status = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- status:past_due, the next charge first, first page
-- as 8
/* 18 */
SELECT id
FROM payment_schedules
WHERE account_id = $1 AND status = $2
LIMIT $3;
/* 19 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $4;

-- status:past_due, the next charge first, before a row
-- as 8
-- as 18
/* 20 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (coalesce(next_on, '9999-12-31'::date), id) < ($4, $5)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $6;

-- status:past_due, by currency, the largest first, first page
-- as 8
-- as 18
/* 21 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY currency DESC, total DESC, id DESC
LIMIT $4;

-- status:past_due, by currency, the largest first, before a row
-- as 8
-- as 18
/* 22 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (currency, total, id) > ($4, $5, $6)
ORDER BY currency, total, id
LIMIT $7;

-- status:past_due, counted
-- as 8
-- as 18

-- next:2026-12, newest first, first page
-- as 8
/* 23 */
SELECT id
FROM payment_schedules
WHERE account_id = $1 AND ((next_on >= $2 AND next_on <= $3))
LIMIT $4;
/* 24 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY id DESC
LIMIT $5;

-- next:2026-12, newest first, before a row
-- as 8
-- as 23
/* 25 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4)) AND (id) > ($5)
ORDER BY id
LIMIT $6;

-- next:2026-12, the next charge first, first page
-- as 8
-- as 23
/* 26 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $5;

-- next:2026-12, the next charge first, before a row
-- as 8
-- as 23
/* 27 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND id = ANY($2)
  AND ((next_on >= $3 AND next_on <= $4))
  AND (coalesce(next_on, '9999-12-31'::date), id) < ($5, $6)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $7;

-- next:2026-12, by currency, the largest first, first page
-- as 8
-- as 23
/* 28 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY currency DESC, total DESC, id DESC
LIMIT $5;

-- next:2026-12, by currency, the largest first, before a row
-- as 8
-- as 23
/* 29 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND id = ANY($2)
  AND ((next_on >= $3 AND next_on <= $4))
  AND (currency, total, id) > ($5, $6, $7)
ORDER BY currency, total, id
LIMIT $8;

-- next:2026-12, counted
-- as 8
-- as 23
/* 30 */
SELECT id
FROM payment_schedules
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
LIMIT $5;

-- part:failed OR amount:>5, newest first, first page
-- as 8
/* 31 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
ORDER BY id DESC
LIMIT $6;

-- part:failed OR amount:>5, newest first, before a row
-- as 8
/* 32 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
  AND (id) > ($6)
ORDER BY id
LIMIT $7;

-- part:failed OR amount:>5, the next charge first, first page
-- as 8
/* 33 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $6;

-- part:failed OR amount:>5, the next charge first, before a row
-- as 8
/* 34 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
  AND (coalesce(next_on, '9999-12-31'::date), id) < ($6, $7)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $8;

-- part:failed OR amount:>5, by currency, the largest first, first page
-- as 8
/* 35 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
ORDER BY currency DESC, total DESC, id DESC
LIMIT $6;

-- part:failed OR amount:>5, by currency, the largest first, before a row
-- as 8
/* 36 */
SELECT
  "payment_schedules"."account_id",
  "payment_schedules"."id",
  "payment_schedules"."version",
  "payment_schedules"."customer_id",
  "payment_schedules"."description",
  "payment_schedules"."currency",
  "payment_schedules"."total",
  "payment_schedules"."paid",
  "payment_schedules"."method_id",
  "payment_schedules"."status",
  "payment_schedules"."next_on",
  "payment_schedules"."ended_at",
  "payment_schedules"."updated_at"
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
  AND (currency, total, id) > ($6, $7, $8)
ORDER BY currency, total, id
LIMIT $9;

-- part:failed OR amount:>5, counted
-- as 8
/* 37 */
SELECT id
FROM payment_schedules
WHERE
  account_id = $1
  AND (
    (
      payment_schedules.id IN (
        SELECT p.schedule_id
        FROM schedule_parts p
        WHERE p.status = 'failed'
          AND p.account_id = $2
      )
    )
    OR (((currency = $3 AND (total >= $4 AND total <= $5))))
  )
LIMIT $6;

