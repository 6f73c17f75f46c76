CREATE TABLE IF NOT EXISTS users (
    user_id uuid CONSTRAINT users_pkey PRIMARY KEY,
    email text
);
-- next migration
DO $$
DECLARE
    change text := (SELECT email FROM users LIMIT 1);
BEGIN
    EXECUTE format('ALTER TABLE users ADD COLUMN %I text', change);
END
$$;
-- next migration
ALTER TABLE users ALTER COLUMN theme SET DEFAULT '';
