-- A key with which a merchant's own systems ask the API, in one account. permissions holds words like customers:write.
-- A revoked key stays, so that what it did keeps its name.
CREATE TABLE api_keys (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  name text NOT NULL,
  permissions text[] NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  last_used_from text,
  CONSTRAINT api_keys_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT api_keys_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);

-- The secrets of keys, by their SHA-256: a request brings nothing else, so the account is found by it, as a session's
-- person is. A key has two while a rotation overlaps; the older one works until ends_at.
CREATE TABLE api_key_secrets (
  hash bytea NOT NULL,
  account_id uuid NOT NULL,
  key_id uuid NOT NULL,
  last4 text NOT NULL,
  created_at timestamptz NOT NULL,
  ends_at timestamptz,
  CONSTRAINT api_key_secrets_pkey PRIMARY KEY (hash),
  CONSTRAINT api_key_secrets_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX api_key_secrets_by_account ON api_key_secrets (account_id, key_id);
