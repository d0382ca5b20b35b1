-- The plan is kept for the connection, which it is not for a function in SQL: every request calls this one.
CREATE OR REPLACE FUNCTION custom_fields_of(account uuid) RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (SELECT jsonb_agg(jsonb_build_object('key', key, 'label', label, 'help', help, 'kind', kind, 'choices', choices,
      'least', least, 'most', most, 'is_required', is_required, 'is_listed', is_listed, 'in_form', in_form)
      ORDER BY position, id)
    FROM custom_fields WHERE account_id = account AND archived_at IS NULL);
END $$;
