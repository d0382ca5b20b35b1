CREATE INDEX CONCURRENTLY used_tokens_by_age ON used_tokens (used_at);
