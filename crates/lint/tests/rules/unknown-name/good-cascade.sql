CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TYPE other AS ENUM ('a', 'b');
CREATE TABLE users (user_id integer PRIMARY KEY, mood mood, other other);
-- next migration
-- Without CASCADE it is refused where it is in use, and another type is another one.
DROP TYPE IF EXISTS other;
UPDATE users SET other = 'a' WHERE user_id = 1;
DO $$
BEGIN
    IF current_setting('app.drop', true) = 'yes' THEN
        DROP TYPE mood CASCADE;
    END IF;
END
$$;
-- Whether it is gone is not known.
UPDATE users SET mood = 'glad' WHERE user_id = 1;
