-- postgres://admin:<password>@db.example.com/codex, host=db.example.com password=$PGPASSWORD
SELECT 'postgres://admin@db.example.com/codex', 'https://example.com:8443/a@b';

SELECT 'postgres://USER:PASSWORD@HOST/codex', 'user=admin password=****';

SELECT id FROM users WHERE password_hash = 'password=wrong' AND email = 'mailto:a@example.com';
