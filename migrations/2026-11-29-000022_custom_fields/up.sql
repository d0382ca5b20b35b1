-- The fields that a merchant has defined for its customers' records. A field's key and kind never change, and no field
-- is ever deleted: an archived one keeps its values. Values are in customers.custom, by key.
CREATE TABLE custom_fields (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  version integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  label text NOT NULL,
  help text,
  kind text NOT NULL,
  choices text[] NOT NULL,     -- those that are offered; a value may be one that no longer is
  least text,                  -- limits, written as values of the field are; of a text, its length
  most text,
  is_required boolean NOT NULL,
  is_listed boolean NOT NULL,  -- shown in the list of customers when nobody chose columns
  in_form boolean NOT NULL,    -- asked for when a customer is created
  position integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  archived_at timestamptz,
  CONSTRAINT custom_fields_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT custom_fields_each_key_once UNIQUE (account_id, key),
  CONSTRAINT custom_fields_version_positive CHECK (version > 0),
  CONSTRAINT custom_fields_key_form CHECK (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  CONSTRAINT custom_fields_lengths CHECK (length(label) <= 60 AND length(help) <= 200)
);

-- What every request needs to know of an account's fields that are not archived, in their order.
CREATE FUNCTION custom_fields_of(account uuid) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_agg(jsonb_build_object('key', key, 'label', label, 'help', help, 'kind', kind, 'choices', choices,
    'least', least, 'most', most, 'is_required', is_required, 'is_listed', is_listed, 'in_form', in_form)
    ORDER BY position, id)
  FROM custom_fields WHERE account_id = account AND archived_at IS NULL $$;

-- Last, since it keeps the accounts from being written.
ALTER TABLE custom_fields ADD CONSTRAINT custom_fields_account FOREIGN KEY (account_id) REFERENCES accounts (id);
