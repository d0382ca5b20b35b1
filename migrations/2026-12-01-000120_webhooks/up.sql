-- Where a merchant's system wants to be told what happens. id is a UUIDv7 whose time is that of its creation. Secrets are
-- sealed by a key that is not in the database.
CREATE TABLE webhook_endpoints (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  url text NOT NULL,
  types text[] NOT NULL,             -- kinds of events, whole, or as beginnings: {customer.*,payment.succeeded}; {*} is all
  description text,
  is_enabled boolean NOT NULL,
  disabled_reason text,              -- why nothing is sent to it
  failing_since timestamptz,         -- the first failure after the last success
  secret_key text NOT NULL,          -- the name of the key that sealed the secret
  secret bytea NOT NULL,
  old_secret_key text,               -- the secret before, while both sign
  old_secret bytea,
  old_until timestamptz,
  updated_at timestamptz NOT NULL,
  removed_at timestamptz,
  CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT webhook_endpoints_version_positive CHECK (version > 0),
  CONSTRAINT webhook_endpoints_url_length CHECK (length(url) BETWEEN 1 AND 2000),
  CONSTRAINT webhook_endpoints_types_some CHECK (cardinality(types) BETWEEN 1 AND 100),
  CONSTRAINT webhook_endpoints_description_length CHECK (length(description) BETWEEN 1 AND 200),
  CONSTRAINT webhook_endpoints_reason_known CHECK (disabled_reason IN ('by_hand', 'gone', 'failing')),
  CONSTRAINT webhook_endpoints_disabled_with_reason CHECK (is_enabled = (disabled_reason IS NULL)),
  CONSTRAINT webhook_endpoints_old_secret_whole CHECK (
    (old_secret IS NULL) = (old_secret_key IS NULL) AND (old_secret IS NULL) = (old_until IS NULL))
);

-- An event that one of them is told, or was to be told. It is written with the event, by the machine's time.
CREATE TABLE webhook_deliveries (
  account_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  version integer NOT NULL,          -- the subject's, after the event
  status text NOT NULL,
  tries smallint NOT NULL,           -- how often it was sent by itself
  is_begun boolean NOT NULL,         -- its first try is over, so that the next event of its subject may be sent
  due_at timestamptz,                -- when it is sent next
  is_extra boolean NOT NULL,         -- that will be because somebody asked for it
  resumes_at timestamptz,            -- when it goes on by itself after that
  claim_id uuid,                     -- the worker that sends it now
  claimed_until timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (account_id, endpoint_id, event_id),
  CONSTRAINT webhook_deliveries_status_known CHECK (status IN ('waiting', 'succeeded', 'failed', 'skipped')),
  CONSTRAINT webhook_deliveries_tries_possible CHECK (tries >= 0),
  CONSTRAINT webhook_deliveries_due_while_it_waits CHECK (status <> 'waiting' OR due_at IS NOT NULL),
  CONSTRAINT webhook_deliveries_claimed_while_due CHECK (
    (claim_id IS NULL) = (claimed_until IS NULL) AND (claim_id IS NULL OR due_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (account_id, endpoint_id, due_at, event_id)
  WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_not_begun ON webhook_deliveries (account_id, endpoint_id, subject_id, version, event_id)
  WHERE due_at IS NOT NULL AND NOT is_begun;
CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (account_id, endpoint_id, status, event_id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- What is sent of an event: the same bytes at every try and to every endpoint.
CREATE TABLE webhook_messages (
  account_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  customer_id uuid,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_messages_pkey PRIMARY KEY (account_id, event_id)
);
CREATE INDEX webhook_messages_by_subject ON webhook_messages (account_id, subject_id);
CREATE INDEX webhook_messages_by_customer ON webhook_messages (account_id, customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX webhook_messages_by_age ON webhook_messages (created_at);

-- What became of each try.
CREATE TABLE webhook_tries (
  account_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  number smallint NOT NULL,          -- from 1
  at timestamptz NOT NULL,
  took_ms integer NOT NULL,
  code smallint,                     -- the answer's status; nothing when there was no answer
  failure text,                      -- why there was none
  answer text NOT NULL,              -- the beginning of what was answered
  is_extra boolean NOT NULL,         -- somebody asked for it
  CONSTRAINT webhook_tries_pkey PRIMARY KEY (account_id, endpoint_id, event_id, number),
  CONSTRAINT webhook_tries_code_or_failure CHECK ((code IS NULL) <> (failure IS NULL)),
  CONSTRAINT webhook_tries_answer_length CHECK (octet_length(answer) <= 4096)
);
-- A delivery names its endpoint without a foreign key: every change of an account would lock the same few rows, which are
-- never deleted.
ALTER TABLE webhook_tries ADD CONSTRAINT webhook_tries_delivery
  FOREIGN KEY (account_id, endpoint_id, event_id) REFERENCES webhook_deliveries (account_id, endpoint_id, event_id)
  ON DELETE CASCADE;

-- Last, since it keeps the accounts from being written.
ALTER TABLE webhook_endpoints ADD CONSTRAINT webhook_endpoints_account FOREIGN KEY (account_id) REFERENCES accounts (id);
