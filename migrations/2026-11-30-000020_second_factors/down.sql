DROP TABLE recovery_codes;
DROP TABLE totp_secrets;
ALTER TABLE staff DROP COLUMN has_passkeys;
ALTER TABLE staff DROP COLUMN has_app;
