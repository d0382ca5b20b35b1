-- What calls of the API with an Idempotency-Key have done, to be answered again for a week.
CREATE TABLE api_requests (
  account_id uuid NOT NULL,
  key text NOT NULL,
  digest bytea NOT NULL,         -- keyed, of method, path, query and body
  status smallint NOT NULL,      -- of the answer
  body bytea NOT NULL,
  version integer,               -- for ETag
  location text,
  created_at timestamptz NOT NULL,
  CONSTRAINT api_requests_pkey PRIMARY KEY (account_id, key),
  CONSTRAINT api_requests_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX api_requests_by_age ON api_requests (created_at);
