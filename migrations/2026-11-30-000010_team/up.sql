-- People: where their sessions are, how they want their pages, and who is invited to become one.
DO $$
BEGIN
  -- A moment alone with the tables: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE staff, sessions IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;

-- A session that an older server made has none of these until it is used.
ALTER TABLE sessions
  ADD COLUMN used_at timestamptz,   -- the last use, to the minute
  ADD COLUMN address text,          -- the address that it was last used from
  ADD COLUMN browser text;          -- its browser and system in words, like "Firefox on Linux"

ALTER TABLE staff
  ADD COLUMN seen_at timestamptz,   -- the last request, to the minute
  ADD COLUMN theme text CONSTRAINT staff_theme_known CHECK (theme IN ('light', 'dark')),  -- null: as their system has it
  ADD COLUMN start_page text;       -- the word of the page that sign-in leads to; null: the usual one

-- token_hash is the SHA-256 of the token in the link, so that a copy of this table lets nobody in.
CREATE TABLE invitations (
  id uuid NOT NULL,
  merchant_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL GENERATED ALWAYS AS (lower(email)) STORED,
  role text NOT NULL,
  invited_by uuid,                  -- null: a command
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,             -- when it was accepted or withdrawn
  accepted_by uuid,
  CONSTRAINT invitations_pkey PRIMARY KEY (id),
  CONSTRAINT invitations_merchant FOREIGN KEY (merchant_id) REFERENCES merchants (id),
  CONSTRAINT invitations_inviter FOREIGN KEY (invited_by) REFERENCES staff (id),
  CONSTRAINT invitations_accepter FOREIGN KEY (accepted_by) REFERENCES staff (id),
  CONSTRAINT invitations_token_unique UNIQUE (token_hash),
  CONSTRAINT invitations_role_known CHECK (role IN ('viewer', 'editor', 'admin', 'owner')),
  CONSTRAINT invitations_accepted_ended CHECK (accepted_by IS NULL OR ended_at IS NOT NULL)
);
CREATE UNIQUE INDEX invitations_open_unique ON invitations (merchant_id, email_key) WHERE ended_at IS NULL;
CREATE INDEX invitations_by_inviter ON invitations (invited_by);
CREATE INDEX invitations_by_accepter ON invitations (accepted_by);
