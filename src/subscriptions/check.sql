-- What contradicts itself among subscriptions and invoices: its account, what it is about, and what is wrong.
SELECT s.account_id, s.id, 'a living subscription without a job' AS says
  FROM subscriptions s
  WHERE s.ended_at IS NULL AND coalesce(s.next_on, s.ends_on, s.pay_until::date) IS NOT NULL
    AND NOT EXISTS (SELECT FROM jobs j
      WHERE j.kind = 'advance_subscription' AND j.account_id = s.account_id AND j.subject_id = s.id)
UNION ALL
SELECT s.account_id, s.id, 'a subscription that counts ' || s.unpaid || ' unpaid invoices and has ' || i.unpaid
  FROM subscriptions s
  CROSS JOIN LATERAL (SELECT count(*) AS unpaid FROM invoices i
    WHERE i.account_id = s.account_id AND i.subscription_id = s.id AND i.status = 'open'
      AND (i.tries > 0 OR i.is_overdue)) i
  WHERE s.ended_at IS NULL AND s.pay_until IS NULL AND s.unpaid <> i.unpaid
UNION ALL
SELECT s.account_id, s.id, 'a subscription whose last period is ' || s.period_no || ' and that has billed ' || l.last
  FROM subscriptions s
  CROSS JOIN LATERAL (SELECT max(l.period_no) AS last FROM invoice_lines l
    WHERE l.account_id = s.account_id AND l.subscription_id = s.id) l
  WHERE l.last > s.period_no
UNION ALL
SELECT i.account_id, i.id, 'an invoice of which ' || i.paid || ' is paid by payments of ' || coalesce(p.paid, 0)
  FROM invoices i
  CROSS JOIN LATERAL (SELECT sum(p.amount)::bigint AS paid FROM payments p
    WHERE p.account_id = i.account_id AND p.invoice_id = i.id
      AND p.status IN ('succeeded', 'partially_refunded', 'refunded')) p
  WHERE i.paid <> coalesce(p.paid, 0)
UNION ALL
SELECT i.account_id, i.id, 'an open invoice that nobody tries'
  FROM invoices i
  JOIN subscriptions s ON s.account_id = i.account_id AND s.id = i.subscription_id
  WHERE i.status = 'open' AND i.collects = 'charge' AND s.ended_at IS NULL AND s.given_up_on IS NULL AND s.pay_until IS NULL
    AND NOT EXISTS (SELECT FROM invoices o
      WHERE o.account_id = i.account_id AND o.subscription_id = i.subscription_id AND o.status = 'open'
        AND o.collects = 'charge' AND o.id < i.id)
    AND NOT EXISTS (SELECT FROM payments p
      WHERE p.account_id = i.account_id AND p.invoice_id = i.id AND p.status = 'processing')
    AND NOT EXISTS (SELECT FROM jobs j
      WHERE j.kind = 'collect_invoice' AND j.account_id = i.account_id AND j.subject_id = i.id)
UNION ALL
SELECT i.account_id, i.id, 'an invoice whose next try has no job'
  FROM invoices i
  WHERE i.status = 'open' AND i.next_try_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM payments p
      WHERE p.account_id = i.account_id AND p.invoice_id = i.id AND p.status = 'processing')
    AND NOT EXISTS (SELECT FROM jobs j
      WHERE j.kind = 'collect_invoice' AND j.account_id = i.account_id AND j.subject_id = i.id)
UNION ALL
SELECT n.account_id, n.account_id, 'numbers of ' || n.year || ' that have gaps: ' || i.count || ' of ' || (n.next_no - 1)
  FROM invoice_series n
  CROSS JOIN LATERAL (SELECT count(*) AS count FROM invoices i
    WHERE i.account_id = n.account_id AND i.series_year = n.year) i
  WHERE i.count <> n.next_no - 1
