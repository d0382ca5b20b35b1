ALTER TABLE api_requests DROP COLUMN subject_id, DROP COLUMN request_id;
