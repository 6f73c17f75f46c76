-- Destructive: moods are given up
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE DOMAIN mail AS text;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE users (
    user_id integer PRIMARY KEY,
    mood mood NOT NULL,
    moods mood[],
    email mail,
    name citext
);
CREATE VIEW moods_of_users AS SELECT user_id, mood FROM users;
-- next migration
-- Destructive: moods are given up
DROP TYPE IF EXISTS mood CASCADE;
UPDATE users SET mood = 'glad' WHERE user_id = 1;
UPDATE users SET moods = '{glad}' WHERE user_id = 1;
INSERT INTO users (user_id, mood) VALUES (1, 'glad') ON CONFLICT DO NOTHING;
CREATE OR REPLACE VIEW all_moods AS SELECT * FROM moods_of_users;
DROP DOMAIN IF EXISTS mail CASCADE;
CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);
DROP EXTENSION IF EXISTS citext CASCADE;
UPDATE users SET name = 'Ada' WHERE user_id = 1;
