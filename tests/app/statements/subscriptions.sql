-- all, newest first, first page
/* 1 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1
ORDER BY id DESC
LIMIT $2;

-- all, newest first, before a row
/* 2 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- all, the next charge first, first page
/* 3 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $2;

-- all, the next charge first, before a row
/* 4 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND (coalesce(next_on, '9999-12-31'::date), id) < ($2, $3)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $4;

-- all, by currency, the largest first, first page
/* 5 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $2;

-- all, by currency, the largest first, before a row
/* 6 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND (currency, amount, id) > ($2, $3, $4)
ORDER BY currency, amount, id
LIMIT $5;

-- all, counted
/* 7 */
SELECT id
FROM subscriptions
WHERE account_id = $1
LIMIT $2;

-- customer:{id}, newest first, first page
/* 8 */
SET LOCAL statement_timeout = (what is left);
/* 9 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2
ORDER BY id DESC
LIMIT $3;

-- customer:{id}, newest first, before a row
-- as 8
/* 10 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- customer:{id}, the next charge first, first page
-- as 8
/* 11 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $3;

-- customer:{id}, the next charge first, before a row
-- as 8
/* 12 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2 AND (coalesce(next_on, '9999-12-31'::date), id) < ($3, $4)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $5;

-- customer:{id}, by currency, the largest first, first page
-- as 8
/* 13 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $3;

-- customer:{id}, by currency, the largest first, before a row
-- as 8
/* 14 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2 AND (currency, amount, id) > ($3, $4, $5)
ORDER BY currency, amount, id
LIMIT $6;

-- customer:{id}, counted
-- as 8
/* 15 */
SELECT id
FROM subscriptions
WHERE account_id = $1 AND customer_id = $2
LIMIT $3;

-- status:past_due, newest first, first page
-- as 8
/* 16 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND status = $2
ORDER BY id DESC
LIMIT $3;

-- status:past_due, newest first, before a row
-- as 8
/* 17 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND status = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- status:past_due, the next charge first, first page
-- as 8
/* 18 */
SELECT id
FROM subscriptions
WHERE account_id = $1 AND status = $2
LIMIT $3;
/* 19 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $4;

-- status:past_due, the next charge first, before a row
-- as 8
-- as 18
/* 20 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (coalesce(next_on, '9999-12-31'::date), id) < ($4, $5)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $6;

-- status:past_due, by currency, the largest first, first page
-- as 8
-- as 18
/* 21 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $4;

-- status:past_due, by currency, the largest first, before a row
-- as 8
-- as 18
/* 22 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (currency, amount, id) > ($4, $5, $6)
ORDER BY currency, amount, id
LIMIT $7;

-- status:past_due, counted
-- as 8
-- as 18

-- next:2026-12, newest first, first page
-- as 8
/* 23 */
SELECT id
FROM subscriptions
WHERE account_id = $1 AND ((next_on >= $2 AND next_on <= $3))
LIMIT $4;
/* 24 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY id DESC
LIMIT $5;

-- next:2026-12, newest first, before a row
-- as 8
-- as 23
/* 25 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4)) AND (id) > ($5)
ORDER BY id
LIMIT $6;

-- next:2026-12, the next charge first, first page
-- as 8
-- as 23
/* 26 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $5;

-- next:2026-12, the next charge first, before a row
-- as 8
-- as 23
/* 27 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
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
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $5;

-- next:2026-12, by currency, the largest first, before a row
-- as 8
-- as 23
/* 29 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND ((next_on >= $3 AND next_on <= $4))
  AND (currency, amount, id) > ($5, $6, $7)
ORDER BY currency, amount, id
LIMIT $8;

-- next:2026-12, counted
-- as 8
-- as 23
/* 30 */
SELECT id
FROM subscriptions
WHERE account_id = $1 AND id = ANY($2) AND ((next_on >= $3 AND next_on <= $4))
LIMIT $5;

-- price:pro, newest first, first page
-- as 8
/* 31 */
SELECT id
FROM subscriptions
WHERE
  account_id = $1
  AND (
    price_id = ANY($2)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $3 AND p.key = $4)
  )
LIMIT $5;
/* 32 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
ORDER BY id DESC
LIMIT $6;

-- price:pro, newest first, before a row
-- as 8
-- as 31
/* 33 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
  AND (id) > ($6)
ORDER BY id
LIMIT $7;

-- price:pro, the next charge first, first page
-- as 8
-- as 31
/* 34 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $6;

-- price:pro, the next charge first, before a row
-- as 8
-- as 31
/* 35 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
  AND (coalesce(next_on, '9999-12-31'::date), id) < ($6, $7)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $8;

-- price:pro, by currency, the largest first, first page
-- as 8
-- as 31
/* 36 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $6;

-- price:pro, by currency, the largest first, before a row
-- as 8
-- as 31
/* 37 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
  AND (currency, amount, id) > ($6, $7, $8)
ORDER BY currency, amount, id
LIMIT $9;

-- price:pro, counted
-- as 8
-- as 31
/* 38 */
SELECT id
FROM subscriptions
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    price_id = ANY($3)
    OR price_id = (SELECT p.id FROM prices p WHERE p.account_id = $4 AND p.key = $5)
  )
LIMIT $6;

-- method:none OR every:month, newest first, first page
-- as 8
/* 39 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
ORDER BY id DESC
LIMIT $2;

-- method:none OR every:month, newest first, before a row
-- as 8
/* 40 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
  AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- method:none OR every:month, the next charge first, first page
-- as 8
/* 41 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
ORDER BY coalesce(next_on, '9999-12-31'::date), id
LIMIT $2;

-- method:none OR every:month, the next charge first, before a row
-- as 8
/* 42 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
  AND (coalesce(next_on, '9999-12-31'::date), id) < ($2, $3)
ORDER BY coalesce(next_on, '9999-12-31'::date) DESC, id DESC
LIMIT $4;

-- method:none OR every:month, by currency, the largest first, first page
-- as 8
/* 43 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
ORDER BY currency DESC, amount DESC, id DESC
LIMIT $2;

-- method:none OR every:month, by currency, the largest first, before a row
-- as 8
/* 44 */
SELECT
  "subscriptions"."account_id",
  "subscriptions"."id",
  "subscriptions"."version",
  "subscriptions"."customer_id",
  "subscriptions"."name",
  "subscriptions"."price_id",
  "subscriptions"."amount",
  "subscriptions"."currency",
  "subscriptions"."interval_unit",
  "subscriptions"."interval_count",
  "subscriptions"."monthly",
  "subscriptions"."days_until_due",
  "subscriptions"."method_id",
  "subscriptions"."status",
  "subscriptions"."anchor_on",
  "subscriptions"."anchor_no",
  "subscriptions"."anchor_day",
  "subscriptions"."period_no",
  "subscriptions"."period_from",
  "subscriptions"."period_until",
  "subscriptions"."next_on",
  "subscriptions"."ends_on",
  "subscriptions"."next_amount",
  "subscriptions"."next_price_id",
  "subscriptions"."unpaid",
  "subscriptions"."given_up_on",
  "subscriptions"."pay_until",
  "subscriptions"."started_on",
  "subscriptions"."ended_at",
  "subscriptions"."end_reason",
  "subscriptions"."metadata",
  "subscriptions"."updated_at"
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
  AND (currency, amount, id) > ($2, $3, $4)
ORDER BY currency, amount, id
LIMIT $5;

-- method:none OR every:month, counted
-- as 8
/* 45 */
SELECT id
FROM subscriptions
WHERE
  account_id = $1
  AND (
    (
      (
        (
          ended_at IS NULL
          AND days_until_due IS NULL
          AND method_id IS NULL
          AND NOT EXISTS (
            SELECT
            FROM payment_methods p
            WHERE p.account_id = subscriptions.account_id
              AND p.customer_id = subscriptions.customer_id AND p.is_default
          )
        )
      )
    )
    OR (((interval_unit = 'month' AND interval_count = 1)))
  )
LIMIT $2;

