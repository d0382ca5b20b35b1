-- A customer's figures, from their payments.
INSERT INTO payment_figures (account_id, customer_id, currency, payments, volume, refunds, refunded, last_payment_at)
SELECT p.account_id, p.customer_id, p.currency, count(*), sum(p.amount), coalesce(sum(r.refunds), 0), coalesce(sum(r.refunded), 0), max(p.created_at)
FROM payments p
LEFT JOIN LATERAL (
  SELECT count(*) AS refunds, sum(r.amount) AS refunded FROM refunds r
  WHERE r.account_id = p.account_id AND r.payment_id = p.id AND r.status = 'succeeded') r ON true
WHERE p.account_id = $1 AND p.customer_id = $2 AND p.status IN ('succeeded', 'partially_refunded', 'refunded')
GROUP BY p.account_id, p.customer_id, p.currency
