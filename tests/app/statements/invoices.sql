-- all, newest first, first page
/* 1 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1
ORDER BY id DESC
LIMIT $2;

-- all, newest first, before a row
/* 2 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- all, the first to be paid first, first page
/* 3 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1
ORDER BY due_on, id
LIMIT $2;

-- all, the first to be paid first, before a row
/* 4 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND (due_on, id) < ($2, $3)
ORDER BY due_on DESC, id DESC
LIMIT $4;

-- all, by currency, the largest first, first page
/* 5 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1
ORDER BY currency DESC, total DESC, id DESC
LIMIT $2;

-- all, by currency, the largest first, before a row
/* 6 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND (currency, total, id) > ($2, $3, $4)
ORDER BY currency, total, id
LIMIT $5;

-- all, counted
/* 7 */
SELECT id
FROM invoices
WHERE account_id = $1
LIMIT $2;

-- customer:{id}, newest first, first page
/* 8 */
SET LOCAL statement_timeout = (what is left);
/* 9 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2
ORDER BY id DESC
LIMIT $3;

-- customer:{id}, newest first, before a row
-- as 8
/* 10 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- customer:{id}, the first to be paid first, first page
-- as 8
/* 11 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2
ORDER BY due_on, id
LIMIT $3;

-- customer:{id}, the first to be paid first, before a row
-- as 8
/* 12 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2 AND (due_on, id) < ($3, $4)
ORDER BY due_on DESC, id DESC
LIMIT $5;

-- customer:{id}, by currency, the largest first, first page
-- as 8
/* 13 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2
ORDER BY currency DESC, total DESC, id DESC
LIMIT $3;

-- customer:{id}, by currency, the largest first, before a row
-- as 8
/* 14 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND customer_id = $2 AND (currency, total, id) > ($3, $4, $5)
ORDER BY currency, total, id
LIMIT $6;

-- customer:{id}, counted
-- as 8
/* 15 */
SELECT id
FROM invoices
WHERE account_id = $1 AND customer_id = $2
LIMIT $3;

-- status:open, newest first, first page
-- as 8
/* 16 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND status = $2
ORDER BY id DESC
LIMIT $3;

-- status:open, newest first, before a row
-- as 8
/* 17 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND status = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- status:open, the first to be paid first, first page
-- as 8
/* 18 */
SELECT id
FROM invoices
WHERE account_id = $1 AND status = $2
LIMIT $3;
/* 19 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY due_on, id
LIMIT $4;

-- status:open, the first to be paid first, before a row
-- as 8
-- as 18
/* 20 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (due_on, id) < ($4, $5)
ORDER BY due_on DESC, id DESC
LIMIT $6;

-- status:open, by currency, the largest first, first page
-- as 8
-- as 18
/* 21 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND status = $3
ORDER BY currency DESC, total DESC, id DESC
LIMIT $4;

-- status:open, by currency, the largest first, before a row
-- as 8
-- as 18
/* 22 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND status = $3 AND (currency, total, id) > ($4, $5, $6)
ORDER BY currency, total, id
LIMIT $7;

-- status:open, counted
-- as 8
-- as 18

-- status:overdue, newest first, first page
-- as 8
/* 23 */
SELECT id
FROM invoices
WHERE account_id = $1 AND (status = 'open' AND is_overdue)
LIMIT $2;
/* 24 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue)
ORDER BY id DESC
LIMIT $3;

-- status:overdue, newest first, before a row
-- as 8
-- as 23
/* 25 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue) AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- status:overdue, the first to be paid first, first page
-- as 8
-- as 23
/* 26 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue)
ORDER BY due_on, id
LIMIT $3;

-- status:overdue, the first to be paid first, before a row
-- as 8
-- as 23
/* 27 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue) AND (due_on, id) < ($3, $4)
ORDER BY due_on DESC, id DESC
LIMIT $5;

-- status:overdue, by currency, the largest first, first page
-- as 8
-- as 23
/* 28 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue)
ORDER BY currency DESC, total DESC, id DESC
LIMIT $3;

-- status:overdue, by currency, the largest first, before a row
-- as 8
-- as 23
/* 29 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (status = 'open' AND is_overdue)
  AND (currency, total, id) > ($3, $4, $5)
ORDER BY currency, total, id
LIMIT $6;

-- status:overdue, counted
-- as 8
-- as 23
/* 30 */
SELECT id
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (status = 'open' AND is_overdue)
LIMIT $3;

-- -due:<2026-12-01, newest first, first page
-- as 8
/* 31 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false)
ORDER BY id DESC
LIMIT $3;

-- -due:<2026-12-01, newest first, before a row
-- as 8
/* 32 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false) AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- -due:<2026-12-01, the first to be paid first, first page
-- as 8
/* 33 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false)
ORDER BY due_on, id
LIMIT $3;

-- -due:<2026-12-01, the first to be paid first, before a row
-- as 8
/* 34 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false) AND (due_on, id) < ($3, $4)
ORDER BY due_on DESC, id DESC
LIMIT $5;

-- -due:<2026-12-01, by currency, the largest first, first page
-- as 8
/* 35 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false)
ORDER BY currency DESC, total DESC, id DESC
LIMIT $3;

-- -due:<2026-12-01, by currency, the largest first, before a row
-- as 8
/* 36 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false) AND (currency, total, id) > ($3, $4, $5)
ORDER BY currency, total, id
LIMIT $6;

-- -due:<2026-12-01, counted
-- as 8
/* 37 */
SELECT id
FROM invoices
WHERE account_id = $1 AND NOT coalesce(((due_on <= $2)), false)
LIMIT $3;

-- SG-2026-0412, newest first, first page
/* 38 */
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
/* 39 */
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
/* 40 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
-- as 38
/* 41 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NOT NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND search LIKE (SELECT word_pattern($3))
ORDER BY id DESC
LIMIT $4;
/* 42 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
-- as 8
/* 43 */
SELECT id
FROM invoices
WHERE account_id = $1 AND (customer_id = ANY($2) OR number = $3 OR reference = $4)
LIMIT $5;
/* 44 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
ORDER BY id DESC
LIMIT $6;

-- SG-2026-0412, newest first, before a row
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 45 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
  AND (id) > ($6)
ORDER BY id
LIMIT $7;

-- SG-2026-0412, the first to be paid first, first page
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 46 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
ORDER BY due_on, id
LIMIT $6;

-- SG-2026-0412, the first to be paid first, before a row
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 47 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
  AND (due_on, id) < ($6, $7)
ORDER BY due_on DESC, id DESC
LIMIT $8;

-- SG-2026-0412, by currency, the largest first, first page
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 48 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
ORDER BY currency DESC, total DESC, id DESC
LIMIT $6;

-- SG-2026-0412, by currency, the largest first, before a row
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 49 */
SELECT
  "invoices"."account_id",
  "invoices"."id",
  "invoices"."version",
  "invoices"."number",
  "invoices"."series_year",
  "invoices"."series_no",
  "invoices"."customer_id",
  "invoices"."subscription_id",
  "invoices"."replaces_id",
  "invoices"."status",
  "invoices"."currency",
  "invoices"."total",
  "invoices"."paid",
  "invoices"."collects",
  "invoices"."method_id",
  "invoices"."issued_on",
  "invoices"."due_on",
  "invoices"."bill_to",
  "invoices"."memo",
  "invoices"."reference",
  "invoices"."tries",
  "invoices"."first_failed_at",
  "invoices"."next_try_at",
  "invoices"."failure",
  "invoices"."is_overdue",
  "invoices"."created_at",
  "invoices"."updated_at",
  "invoices"."closed_at"
FROM invoices
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
  AND (currency, total, id) > ($6, $7, $8)
ORDER BY currency, total, id
LIMIT $9;

-- SG-2026-0412, counted
-- as 38
-- as 39
-- as 40
-- as 38
-- as 41
-- as 42
-- as 8
-- as 43
/* 50 */
SELECT id
FROM invoices
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR number = $4 OR reference = $5)
LIMIT $6;

