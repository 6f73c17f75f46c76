CREATE TABLE IF NOT EXISTS users (user_id uuid PRIMARY KEY, email text);
-- next migration
MERGE INTO users AS u USING (VALUES ('6b7c5f6e-0000-4000-8000-000000000000'::uuid, 'a')) AS s (id, mail) ON u.user_id = s.id
WHEN MATCHED AND u.email <> s.mail THEN UPDATE SET e_mail = s.mail
WHEN NOT MATCHED THEN INSERT (user_id, mail) VALUES (s.id, s.mail);
