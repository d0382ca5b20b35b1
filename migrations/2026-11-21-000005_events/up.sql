-- One row for each thing that happened; written in the transaction of the change itself, never updated.
-- version is the subject's version after the change; before and after hold the changed fields only.
CREATE TABLE events (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,
  version integer NOT NULL,
  actor_kind text NOT NULL,
  staff_id uuid,
  request_id uuid,
  batch_id uuid,
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT events_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT events_actor_known CHECK (actor_kind IN ('staff', 'system')),
  CONSTRAINT events_staff_named CHECK ((actor_kind = 'staff') = (staff_id IS NOT NULL))
);
CREATE INDEX events_by_subject ON events (account_id, subject_id, id);

-- A form's one-time key, and what it made: a form sent twice makes one thing. digest is the SHA-256 of what was
-- typed, so that a form sent again with other content is not taken for the same one.
CREATE TABLE idempotency_keys (
  account_id uuid NOT NULL,
  key uuid NOT NULL,
  digest bytea NOT NULL,
  subject_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (account_id, key, digest),
  CONSTRAINT idempotency_keys_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
