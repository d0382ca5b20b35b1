-- The notes that a merchant's people and systems keep about a customer, one of them pinned at most.
CREATE TABLE notes (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  customer_id uuid NOT NULL,
  text text NOT NULL,
  search text NOT NULL,        -- note_search(text), written with it
  is_pinned boolean NOT NULL,  -- a removed note keeps it for the way back
  staff_id uuid,               -- who wrote it: a person or a key of the API
  key_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  edited_at timestamptz,
  removed_at timestamptz,      -- destroyed 30 days later
  CONSTRAINT notes_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT notes_version_positive CHECK (version > 0),
  CONSTRAINT notes_text_length CHECK (length(text) BETWEEN 1 AND 5000)
);
CREATE INDEX notes_by_customer ON notes (account_id, customer_id, id);
CREATE UNIQUE INDEX notes_one_pinned ON notes (account_id, customer_id) WHERE is_pinned AND removed_at IS NULL;
CREATE INDEX notes_by_search ON notes USING gin (account_id, search gin_trgm_ops) WITH (fastupdate = off)
  WHERE removed_at IS NULL;

-- The text of a note as it is compared: as that of a customer, with a space for every line break.
CREATE FUNCTION note_search(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$ SELECT public.search_text(regexp_replace($1, '\s+', ' ', 'g')) $$;

-- Brings every note up to date with search_text, in batches. To be called whenever rewrite_search is.
CREATE PROCEDURE rewrite_note_search() LANGUAGE plpgsql AS $$
DECLARE
  batch CONSTANT integer := 500;
  begin_account uuid := '00000000-0000-0000-0000-000000000000';
  begin_id uuid := '00000000-0000-0000-0000-000000000000';
  end_account uuid;
  end_id uuid;
  is_last boolean := false;
BEGIN
  WHILE NOT is_last LOOP
    SELECT account_id, id INTO end_account, end_id FROM notes
      WHERE (account_id, id) > (begin_account, begin_id) ORDER BY account_id, id OFFSET batch - 1 LIMIT 1;
    is_last := NOT FOUND;
    IF is_last THEN
      end_account := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
      end_id := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    END IF;
    UPDATE notes SET search = public.note_search(text)
      WHERE (account_id, id) > (begin_account, begin_id) AND (account_id, id) <= (end_account, end_id)
        AND search IS DISTINCT FROM public.note_search(text);
    COMMIT;
    begin_account := end_account;
    begin_id := end_id;
  END LOOP;
END $$;

-- Last, since it keeps the customers from being written.
ALTER TABLE notes ADD CONSTRAINT notes_customer
  FOREIGN KEY (account_id, customer_id) REFERENCES customers (account_id, id) ON DELETE CASCADE;
