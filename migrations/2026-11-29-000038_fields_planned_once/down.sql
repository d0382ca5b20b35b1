CREATE OR REPLACE FUNCTION custom_fields_of(account uuid) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_agg(jsonb_build_object('key', key, 'label', label, 'help', help, 'kind', kind, 'choices', choices,
    'least', least, 'most', most, 'is_required', is_required, 'is_listed', is_listed, 'in_form', in_form)
    ORDER BY position, id)
  FROM custom_fields WHERE account_id = account AND archived_at IS NULL $$;
