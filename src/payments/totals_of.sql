-- A customer's totals over all currencies, from their figures.
INSERT INTO payment_totals (account_id, customer_id, payments, last_payment_at)
SELECT account_id, customer_id, sum(payments), max(last_payment_at)
FROM payment_figures WHERE account_id = $1 AND customer_id = $2 GROUP BY account_id, customer_id
