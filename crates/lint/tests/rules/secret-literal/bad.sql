INSERT INTO users (email, password, locale) VALUES
    ('root@example.com', 'changeme', 'en'),
    ('ada@example.com', 'tea-for-two', 'en')
ON CONFLICT DO NOTHING;

INSERT INTO oauth_clients (name, client_secret)
SELECT 'web', 'q7Zp2LwX0vRt8KdM4nBc'
WHERE NOT EXISTS (SELECT 1 FROM oauth_clients WHERE name = 'web');

UPDATE settings SET "api_key" = '9f86d081884c7d659a2feaa0c55ad015' WHERE name = 'mail';

ALTER TABLE webhooks ALTER COLUMN signing_key SET DEFAULT 'q7Zp2LwX0vRt8KdM4nBc';

SELECT set_config('app.jwt_secret', 'q7Zp2LwX0vRt8KdM4nBc', true);

SELECT id FROM webhooks WHERE token = 'q7Zp2LwX0vRt8KdM4nBc';

UPDATE users SET password_hash = '$2b$12$abcdefghijklmnopqrstuuO3vWxYzABCDEFGHIJKLMNOPQRSTUVWX.'
WHERE email = 'root@example.com';

UPDATE users SET password_hash = crypt('tea-for-two', gen_salt('bf'))
WHERE email = 'ada@example.com';

DO $$
DECLARE
    v_password constant text := 'tea-for-two';
    v_secret varchar(40) DEFAULT 'q7Zp2LwX0vRt8KdM4nBc';
BEGIN
    PERFORM create_client(name => 'web', client_secret => 'q7Zp2LwX0vRt8KdM4nBc');
END;
$$;
