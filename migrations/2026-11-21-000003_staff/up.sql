CREATE TABLE staff (
  id uuid NOT NULL,
  merchant_id uuid NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
  name text NOT NULL,
  role text NOT NULL,
  password_hash text NOT NULL,
  single_keys boolean NOT NULL,   -- whether keys like / and c work alone
  mode text NOT NULL,             -- of the account used last; the next sign-in starts there
  created_at timestamptz NOT NULL,
  CONSTRAINT staff_pkey PRIMARY KEY (id),
  CONSTRAINT staff_merchant FOREIGN KEY (merchant_id) REFERENCES merchants (id),
  CONSTRAINT staff_email_unique UNIQUE (email_key),
  CONSTRAINT staff_mode_known CHECK (mode IN ('live', 'test')),
  CONSTRAINT staff_role_known CHECK (role IN ('viewer', 'editor', 'admin', 'owner'))
);
CREATE INDEX staff_by_merchant ON staff (merchant_id, email_key);

-- key_hash is the SHA-256 of the key in the cookie, so that a copy of this table opens no session.
CREATE TABLE sessions (
  key_hash bytea NOT NULL,
  staff_id uuid,
  state jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (key_hash),
  CONSTRAINT sessions_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_staff ON sessions (staff_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
