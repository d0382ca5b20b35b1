-- all, newest first, first page
/* 1 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1
ORDER BY id DESC
LIMIT $2;

-- all, newest first, before a row
/* 2 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND (id) > ($2)
ORDER BY id
LIMIT $3;

-- all, counted
/* 3 */
SELECT id
FROM payments
WHERE account_id = $1
LIMIT $2;

-- customer:{id}, newest first, first page
/* 4 */
SET LOCAL statement_timeout = (what is left);
/* 5 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND customer_id = $2
ORDER BY id DESC
LIMIT $3;

-- customer:{id}, newest first, before a row
-- as 4
/* 6 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND customer_id = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- customer:{id}, counted
-- as 4
/* 7 */
SELECT id
FROM payments
WHERE account_id = $1 AND customer_id = $2
LIMIT $3;

-- status:failed, newest first, first page
-- as 4
/* 8 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND status = $2
ORDER BY id DESC
LIMIT $3;

-- status:failed, newest first, before a row
-- as 4
/* 9 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND status = $2 AND (id) > ($3)
ORDER BY id
LIMIT $4;

-- status:failed, counted
-- as 4
/* 10 */
SELECT id
FROM payments
WHERE account_id = $1 AND status = $2
LIMIT $3;

-- -status:failed amount:>5, newest first, first page
-- as 4
/* 11 */
SELECT id
FROM payments
WHERE account_id = $1 AND ((currency = $2 AND (amount >= $3 AND amount <= $4)))
LIMIT $5;
/* 12 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND NOT coalesce(status = $3, false)
  AND ((currency = $4 AND (amount >= $5 AND amount <= $6)))
ORDER BY id DESC
LIMIT $7;

-- -status:failed amount:>5, newest first, before a row
-- as 4
-- as 11
/* 13 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND NOT coalesce(status = $3, false)
  AND ((currency = $4 AND (amount >= $5 AND amount <= $6)))
  AND (id) > ($7)
ORDER BY id
LIMIT $8;

-- -status:failed amount:>5, counted
-- as 4
-- as 11
/* 14 */
SELECT id
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND NOT coalesce(status = $3, false)
  AND ((currency = $4 AND (amount >= $5 AND amount <= $6)))
LIMIT $7;

-- 4242, newest first, first page
/* 15 */
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
/* 16 */
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
/* 17 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
-- as 15
/* 18 */
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key, ARRAY[]::text[] AS extra
FROM (
  SELECT *
  FROM customers
  WHERE account_id = $1
    AND deleted_at IS NOT NULL
  ORDER BY id DESC
  LIMIT $2
) customers
WHERE true AND (search LIKE $3 OR phone LIKE $4)
ORDER BY id DESC
LIMIT $5;
/* 19 */
SELECT NULL::text, id
FROM customers
WHERE account_id = $1 AND deleted_at IS NOT NULL
ORDER BY id DESC OFFSET $2 - 1
LIMIT 1;
-- as 4
/* 20 */
SELECT id
FROM payments
WHERE account_id = $1 AND (customer_id = ANY($2) OR reference = $3 OR method_last4 = $4)
LIMIT $5;
/* 21 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR reference = $4 OR method_last4 = $5)
ORDER BY id DESC
LIMIT $6;

-- 4242, newest first, before a row
-- as 15
-- as 16
-- as 17
-- as 15
-- as 18
-- as 19
-- as 4
-- as 20
/* 22 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (customer_id = ANY($3) OR reference = $4 OR method_last4 = $5)
  AND (id) > ($6)
ORDER BY id
LIMIT $7;

-- 4242, counted
-- as 15
-- as 16
-- as 17
-- as 15
-- as 18
-- as 19
-- as 4
-- as 20
/* 23 */
SELECT id
FROM payments
WHERE account_id = $1 AND id = ANY($2) AND (customer_id = ANY($3) OR reference = $4 OR method_last4 = $5)
LIMIT $6;

-- invoice:SG-1, newest first, first page
-- as 4
/* 24 */
SELECT id
FROM payments
WHERE
  account_id = $1
  AND (
    invoice_id = ANY($2)
    OR invoice_id = ANY(ARRAY(SELECT i.id FROM invoices i WHERE i.account_id = $3 AND i.number = ANY($4)))
  )
LIMIT $5;
/* 25 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    invoice_id = ANY($3)
    OR invoice_id = ANY(ARRAY(SELECT i.id FROM invoices i WHERE i.account_id = $4 AND i.number = ANY($5)))
  )
ORDER BY id DESC
LIMIT $6;

-- invoice:SG-1, newest first, before a row
-- as 4
-- as 24
/* 26 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    invoice_id = ANY($3)
    OR invoice_id = ANY(ARRAY(SELECT i.id FROM invoices i WHERE i.account_id = $4 AND i.number = ANY($5)))
  )
  AND (id) > ($6)
ORDER BY id
LIMIT $7;

-- invoice:SG-1, counted
-- as 4
-- as 24
/* 27 */
SELECT id
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    invoice_id = ANY($3)
    OR invoice_id = ANY(ARRAY(SELECT i.id FROM invoices i WHERE i.account_id = $4 AND i.number = ANY($5)))
  )
LIMIT $6;

-- schedule:sch_01h2xcejqtf2nbrexx3vqjhp41, newest first, first page
-- as 4
/* 28 */
SELECT id
FROM payments
WHERE
  account_id = $1
  AND (
    part_id = ANY(
      ARRAY(SELECT p.id FROM schedule_parts p WHERE p.account_id = $2 AND p.schedule_id = ANY($3))
    )
  )
LIMIT $4;
/* 29 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    part_id = ANY(
      ARRAY(SELECT p.id FROM schedule_parts p WHERE p.account_id = $3 AND p.schedule_id = ANY($4))
    )
  )
ORDER BY id DESC
LIMIT $5;

-- schedule:sch_01h2xcejqtf2nbrexx3vqjhp41, newest first, before a row
-- as 4
-- as 28
/* 30 */
SELECT
  "payments"."account_id",
  "payments"."id",
  "payments"."version",
  "payments"."customer_id",
  "payments"."amount",
  "payments"."currency",
  "payments"."status",
  "payments"."refunded",
  "payments"."is_recorded",
  "payments"."description",
  "payments"."reference",
  "payments"."method_id",
  "payments"."method_kind",
  "payments"."method_brand",
  "payments"."method_last4",
  "payments"."method_expires_on",
  "payments"."method_fingerprint",
  "payments"."method_credential",
  "payments"."billing",
  "payments"."failure",
  "payments"."invoice_id",
  "payments"."part_id",
  "payments"."created_at",
  "payments"."updated_at"
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    part_id = ANY(
      ARRAY(SELECT p.id FROM schedule_parts p WHERE p.account_id = $3 AND p.schedule_id = ANY($4))
    )
  )
  AND (id) > ($5)
ORDER BY id
LIMIT $6;

-- schedule:sch_01h2xcejqtf2nbrexx3vqjhp41, counted
-- as 4
-- as 28
/* 31 */
SELECT id
FROM payments
WHERE
  account_id = $1
  AND id = ANY($2)
  AND (
    part_id = ANY(
      ARRAY(SELECT p.id FROM schedule_parts p WHERE p.account_id = $3 AND p.schedule_id = ANY($4))
    )
  )
LIMIT $5;

