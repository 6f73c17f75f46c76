INSERT INTO two_factor_methods (kind, label) VALUES ('password', 'Password and token')
ON CONFLICT DO NOTHING;

UPDATE tokens SET token_hash = decode('9f86d081884c7d659a2feaa0c55ad015', 'hex') WHERE id = 1;

UPDATE settings SET token = 'refresh_token_has_expired' WHERE token = 'access_token_is_missing';

UPDATE settings SET api_key = 'vault:secret/data/mail#api_key_2026' WHERE name = 'mail';

UPDATE ui_translations SET forgot_password = 'Forgotten your password?', token = ''
WHERE locale = 'en';

SELECT id FROM users WHERE password IS NOT NULL AND email = 'ada1234567890@example.com';

UPDATE users SET password = NULL, locale = 'en-GB-1234567890abcdef' WHERE password <> '';

COMMENT ON COLUMN users.password IS 'Never in clear: q7Zp2LwX0vRt8KdM4nBc is what a salt looks like.';
