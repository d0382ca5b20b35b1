-- What a person proves beside the password. Whether somebody has a second factor stands in their own row too, where every
-- request finds it. A server of the version before knows nothing of it and lets people in by their password alone; such
-- a session opens nothing on newer ones.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE staff IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE staff ADD COLUMN has_app boolean;       -- whether there is a row in totp_secrets; null is no
ALTER TABLE staff ADD COLUMN has_passkeys boolean;  -- and one in passkeys

-- A secret is sealed with the key that key_id names, which is derived from CLIENTELE_SECRET.
CREATE TABLE totp_secrets (
  staff_id uuid NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  last_step bigint NOT NULL,       -- of the last code that was taken; it and those before are refused
  created_at timestamptz NOT NULL,
  CONSTRAINT totp_secrets_pkey PRIMARY KEY (staff_id),
  CONSTRAINT totp_secrets_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
);

-- code_hash is the SHA-256 of a code of 120 random bits. One that is used is deleted.
CREATE TABLE recovery_codes (
  staff_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (staff_id, code_hash),
  CONSTRAINT recovery_codes_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
