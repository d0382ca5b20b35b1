-- What payments and refunds come to, beside what is kept of it; only where the two differ.
WITH paid AS (
  SELECT account_id, customer_id, currency, count(*) AS payments, sum(amount) AS volume, max(created_at) AS last_payment_at
  FROM payments
  WHERE customer_id IS NOT NULL AND status IN ('succeeded', 'partially_refunded', 'refunded')
  GROUP BY account_id, customer_id, currency
), given_back AS (
  SELECT p.account_id, p.customer_id, p.currency, count(*) AS refunds, sum(r.amount) AS refunded
  FROM refunds r JOIN payments p ON p.account_id = r.account_id AND p.id = r.payment_id
  WHERE p.customer_id IS NOT NULL AND r.status = 'succeeded'
  GROUP BY p.account_id, p.customer_id, p.currency
), computed AS (
  SELECT account_id, customer_id, currency,
    concat_ws(' ', payments, volume, coalesce(refunds, 0), coalesce(refunded, 0), last_payment_at) AS line
  FROM paid LEFT JOIN given_back USING (account_id, customer_id, currency)
  UNION ALL
  SELECT account_id, customer_id, '*', concat_ws(' ', sum(payments), max(last_payment_at))
  FROM paid GROUP BY account_id, customer_id
  UNION ALL
  -- A payment's own sum of refunds is a figure too.
  SELECT p.account_id, p.customer_id, 'refunded of ' || p.id, sum(r.amount)::text
  FROM payments p JOIN refunds r ON r.account_id = p.account_id AND r.payment_id = p.id AND r.status = 'succeeded'
  WHERE p.customer_id IS NOT NULL GROUP BY p.account_id, p.customer_id, p.id
), kept AS (
  SELECT account_id, customer_id, currency,
    concat_ws(' ', payments, volume, refunds, refunded, last_payment_at) AS line
  FROM payment_figures
  UNION ALL
  SELECT account_id, customer_id, '*', concat_ws(' ', payments, last_payment_at) FROM payment_totals
  UNION ALL
  SELECT account_id, customer_id, 'refunded of ' || id, refunded::text FROM payments
  WHERE refunded > 0 AND customer_id IS NOT NULL
)
SELECT account_id, customer_id, currency, coalesce(kept.line, 'nothing') AS kept, coalesce(computed.line, 'nothing') AS computed
FROM kept FULL JOIN computed USING (account_id, customer_id, currency)
WHERE kept.line IS DISTINCT FROM computed.line
ORDER BY account_id, customer_id, currency
LIMIT 1000
