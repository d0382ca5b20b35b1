-- The statements of one customers page: the session, who it is, the newest 25 rows and one more.
SELECT a.id AS account, s.id AS staff FROM staff s JOIN accounts a ON a.merchant_id = s.merchant_id AND a.mode = 'test' WHERE s.email_key = 'demo@clientele.example' \gset
SELECT state FROM sessions WHERE key_hash = '\x00' AND expires_at > now();
SELECT s.id, s.email, s.name, s.role, s.single_keys, m.id, m.name, m.time_zone, m.default_country, m.default_currency, m.required_fields, a.id FROM staff s JOIN merchants m ON m.id = s.merchant_id JOIN accounts a ON a.merchant_id = m.id AND a.mode = 'test' WHERE s.id = :staff;
SELECT id, kind, name, email, phone, created_at, deleted_at, '' AS sort_key FROM customers WHERE account_id = :account AND deleted_at IS NULL ORDER BY id DESC LIMIT 26;
