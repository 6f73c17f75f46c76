CREATE TABLE IF NOT EXISTS users (user_id uuid PRIMARY KEY, email text NOT NULL, locale text);
-- next migration
MERGE INTO users AS u USING users AS s ON s.user_id = u.user_id
WHEN MATCHED THEN UPDATE SET locale = 'en';

-- Whatever the query gives besides, it has all rows.
MERGE INTO users AS u
USING (SELECT user_id AS id, lower(email) AS email FROM users ORDER BY 1) AS s ON u.user_id = s.id
WHEN MATCHED THEN UPDATE SET email = s.email;

WITH mails AS (SELECT user_id, split_part(email, '@', 2) AS domain FROM public.users)
MERGE INTO users USING mails ON users.user_id = mails.user_id
WHEN MATCHED AND users.email IS NOT NULL THEN UPDATE SET locale = mails.domain;

MERGE INTO users USING (VALUES ('en')) AS v (locale) ON true
WHEN MATCHED THEN UPDATE SET locale = v.locale;

MERGE INTO users AS u USING (SELECT 1) AS one ON (1 = 1)
WHEN MATCHED THEN DELETE;

MERGE INTO users AS u USING incoming AS i ON i.user_id = u.user_id
WHEN NOT MATCHED BY SOURCE THEN DELETE;

MERGE INTO users AS u USING incoming AS i ON i.user_id = u.user_id
WHEN MATCHED THEN UPDATE SET email = i.email
WHEN NOT MATCHED BY SOURCE AND u.email IS NOT NULL THEN UPDATE SET locale = NULL;

DO $$
BEGIN
    MERGE INTO users AS u USING users AS s ON u.user_id = s.user_id WHEN MATCHED THEN DELETE;
END;
$$;
