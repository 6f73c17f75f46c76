INSERT INTO kinds (name, label) VALUES ('password', 'Password'), ('token', 'Token');
UPDATE forms SET fields = '{"password": "required", "label": "Your password"}';
SELECT '{"message": "The password must have 8 characters", "password": "Passwort"}';
ALTER TABLE logins ADD CONSTRAINT c CHECK (kind IN ('password', 'magic_link', 'totp'));
SELECT 'a bearer token is needed', 'Bearer <token>', jsonb_build_object('api_key', current_setting('x'));
UPDATE settings SET value = 'label' WHERE name = 'smtp_password';
UPDATE settings SET value = 'Tr0ub4dor&3' WHERE name = 'greeting';
