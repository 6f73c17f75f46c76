CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text UNIQUE,
    name text,
    site text DEFAULT 'main'
);
CREATE UNIQUE INDEX IF NOT EXISTS users_site_name_idx ON users (site, name);
CREATE UNIQUE INDEX IF NOT EXISTS users_lower_idx ON users (lower(name));
CREATE TABLE IF NOT EXISTS roles (code text PRIMARY KEY, label text);
CREATE TABLE IF NOT EXISTS copies (LIKE roles INCLUDING ALL);
-- next migration
INSERT INTO users (email) VALUES ('a@b.example') ON CONFLICT DO NOTHING;
INSERT INTO users (email) VALUES ('a@b.example') ON CONFLICT (email) DO UPDATE SET name = 'Ada';
INSERT INTO users (name) VALUES ('Ada') ON CONFLICT (site, name) DO NOTHING;
INSERT INTO users (name) VALUES ('Ada') ON CONFLICT (lower(name)) DO NOTHING;
INSERT INTO users (user_id) VALUES ('6b7c5f6e-0000-4000-8000-000000000000') ON CONFLICT (user_id) DO NOTHING;
INSERT INTO roles VALUES ('a', 'A') ON CONFLICT (code) DO NOTHING;
INSERT INTO copies VALUES ('a', 'A') ON CONFLICT (code) DO NOTHING;
INSERT INTO roles SELECT * FROM copies ON CONFLICT DO NOTHING;
INSERT INTO unheard_of (a) VALUES (1) ON CONFLICT DO NOTHING;
ALTER TABLE roles RENAME COLUMN code TO key;
INSERT INTO roles (key) VALUES ('b') ON CONFLICT (key) DO NOTHING;
