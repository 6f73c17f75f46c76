CREATE TABLE IF NOT EXISTS settings (
    setting_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text,
    made_at timestamptz DEFAULT now()
);
CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text UNIQUE,
    name text
);
CREATE TABLE IF NOT EXISTS lines (line text);
-- next migration
INSERT INTO settings (name) VALUES ('theme') ON CONFLICT DO NOTHING;
INSERT INTO users (email) VALUES (NULL) ON CONFLICT DO NOTHING;
INSERT INTO users (name) VALUES ('Ada') ON CONFLICT DO NOTHING;
INSERT INTO users (email) VALUES ('a@b.example') ON CONFLICT (user_id) DO NOTHING;
INSERT INTO users (email, name) VALUES ('a@b.example', 'Ada') ON CONFLICT (name) DO NOTHING;
INSERT INTO lines VALUES ('a') ON CONFLICT DO NOTHING;
INSERT INTO settings (name) SELECT name FROM users ON CONFLICT DO NOTHING;
INSERT INTO settings (name) SELECT 'theme' WHERE NOT EXISTS (SELECT 1 FROM users WHERE name = 'theme');
