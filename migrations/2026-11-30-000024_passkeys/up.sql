-- The passkeys of people. A device knows one by credential_id, which is unique in the world.
CREATE TABLE passkeys (
  staff_id uuid NOT NULL,
  id uuid NOT NULL,
  credential_id bytea NOT NULL,
  name text NOT NULL,                -- what its person calls it
  passkey jsonb NOT NULL,            -- public key, counter and flags, as webauthn-rs reads them
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  CONSTRAINT passkeys_pkey PRIMARY KEY (staff_id, id),
  CONSTRAINT passkeys_credential_unique UNIQUE (credential_id),
  CONSTRAINT passkeys_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
