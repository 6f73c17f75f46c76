CREATE TABLE IF NOT EXISTS user_settings (setting_id uuid PRIMARY KEY, theme text);
CREATE TABLE IF NOT EXISTS users (user_id uuid PRIMARY KEY, email text);
-- next migration
ALTER TABLE user_setings ADD COLUMN IF NOT EXISTS motto text;
ALTER TABLE IF EXISTS user_setting ADD COLUMN IF NOT EXISTS motto text;
ALTER TABLE user_settings ALTER COLUMN theem SET DEFAULT 'dark';
ALTER TABLE user_settings DROP COLUMN colour;
CREATE INDEX IF NOT EXISTS users_email_idx ON users (emial);
UPDATE user_settings SET thema = 'dark' WHERE setting IS NULL;
DELETE FROM userz WHERE user_id IS NULL;
INSERT INTO users (user_id, mail) VALUES ('6b7c5f6e-0000-4000-8000-000000000000', 'a')
ON CONFLICT (user_id) DO NOTHING;
CREATE TABLE IF NOT EXISTS notes (
    note_id uuid PRIMARY KEY,
    account_id uuid REFERENCES accounts (account_id),
    user_id uuid REFERENCES users (id)
);
CREATE OR REPLACE VIEW mails AS SELECT email FROM person;
COMMENT ON COLUMN users.name IS 'x';
