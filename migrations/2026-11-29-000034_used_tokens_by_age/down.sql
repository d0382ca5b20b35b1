DROP INDEX used_tokens_by_age;
