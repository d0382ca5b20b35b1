-- A job: something to be done later, or after the transaction that asks for it. Written in that transaction, taken by a
-- worker, gone when it is done. account_id is no key and no foreign key: the queue lies beside the accounts' data.
CREATE TABLE jobs (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  kind text NOT NULL,
  subject_id uuid NOT NULL,      -- what it is about; a second job of that kind for it is the same job
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL,     -- so often it was begun
  claim_id uuid,                 -- who has it now
  claimed_until timestamptz,     -- after this another worker may have it
  error text,                    -- why the last attempt failed
  stuck_at timestamptz,          -- when it was given up; it waits for a person
  created_at timestamptz NOT NULL,
  CONSTRAINT jobs_pkey PRIMARY KEY (id),
  CONSTRAINT jobs_once UNIQUE (kind, account_id, subject_id),
  CONSTRAINT jobs_claim_whole CHECK ((claim_id IS NULL) = (claimed_until IS NULL)),
  CONSTRAINT jobs_attempts_counted CHECK (attempts >= 0)
);
CREATE INDEX jobs_by_due ON jobs (kind, due_at, id) WHERE stuck_at IS NULL;

-- What was deleted before there were jobs is destroyed too, 30 days after its delete.
INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
  SELECT gen_random_uuid(), account_id, 'destroy_deleted', id, deleted_at + interval '720 hours', 0, now()
  FROM customers WHERE deleted_at IS NOT NULL;
