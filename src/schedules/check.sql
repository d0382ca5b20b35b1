-- What contradicts itself among payment schedules: its account, what it is about, and what is wrong.
SELECT s.account_id, s.id, 'a payment schedule whose parts come to ' || p.total || ' of which ' || p.paid || ' is paid' AS says
  FROM payment_schedules s
  CROSS JOIN LATERAL (SELECT
      coalesce(sum(p.amount) FILTER (WHERE p.status <> 'skipped'), 0)::bigint AS total,
      coalesce(sum(p.amount) FILTER (WHERE p.status = 'paid'), 0)::bigint AS paid
    FROM schedule_parts p
    WHERE p.account_id = s.account_id AND p.schedule_id = s.id) p
  WHERE s.total <> p.total OR s.paid <> p.paid
UNION ALL
SELECT s.account_id, s.id, 'a payment schedule that is ' || s.status || ' and has ' || p.open || ' parts left'
  FROM payment_schedules s
  CROSS JOIN LATERAL (SELECT count(*) AS open FROM schedule_parts p
    WHERE p.account_id = s.account_id AND p.schedule_id = s.id AND p.status IN ('planned', 'failed', 'processing')) p
  WHERE (s.ended_at IS NULL) <> (p.open > 0)
UNION ALL
SELECT s.account_id, s.id, 'a payment schedule of which ' || p.count || ' parts have failed or are being charged at once'
  FROM payment_schedules s
  CROSS JOIN LATERAL (SELECT count(*) AS count FROM schedule_parts p
    WHERE p.account_id = s.account_id AND p.schedule_id = s.id AND p.status IN ('failed', 'processing')) p
  WHERE p.count > 1
UNION ALL
SELECT s.account_id, s.id, 'a payment schedule that nobody charges'
  FROM payment_schedules s
  WHERE s.status = 'active'
    AND NOT EXISTS (SELECT FROM schedule_parts p
      WHERE p.account_id = s.account_id AND p.schedule_id = s.id AND p.status = 'processing')
    AND NOT EXISTS (SELECT FROM jobs j
      WHERE j.kind = 'advance_schedule' AND j.account_id = s.account_id AND j.subject_id = s.id)
UNION ALL
SELECT p.account_id, p.id, 'a part that is ' || p.status || ' with ' || m.paid || ' paid and ' || m.running || ' charges under way'
  FROM schedule_parts p
  CROSS JOIN LATERAL (SELECT
      coalesce(sum(m.amount) FILTER (WHERE m.status IN ('succeeded', 'partially_refunded', 'refunded')), 0)::bigint AS paid,
      count(*) FILTER (WHERE m.status = 'processing') AS running
    FROM payments m
    WHERE m.account_id = p.account_id AND m.part_id = p.id) m
  WHERE m.paid <> CASE p.status WHEN 'paid' THEN p.amount ELSE 0 END
    OR (m.running > 0) <> (p.status = 'processing')
