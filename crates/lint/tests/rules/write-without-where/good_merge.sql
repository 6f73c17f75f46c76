CREATE TABLE IF NOT EXISTS users (user_id uuid PRIMARY KEY, email text, locale text, manager_id uuid);
-- next migration
-- As an UPDATE … FROM another table, this is of the rows that are there.
MERGE INTO users AS u USING incoming AS i ON i.user_id = u.user_id
WHEN MATCHED THEN UPDATE SET email = i.email
WHEN NOT MATCHED THEN INSERT (user_id, email) VALUES (i.user_id, i.email);

MERGE INTO users AS u USING users AS s ON s.user_id = u.user_id
WHEN MATCHED AND u.locale IS DISTINCT FROM 'en' THEN UPDATE SET locale = 'en';

MERGE INTO users AS u USING users AS s ON s.user_id = u.user_id
WHEN MATCHED AND u.locale = 'en' THEN DO NOTHING
WHEN MATCHED THEN UPDATE SET locale = 'en';

MERGE INTO users AS u USING (SELECT user_id FROM users WHERE locale = 'en-GB') AS s ON s.user_id = u.user_id
WHEN MATCHED THEN UPDATE SET locale = 'en';

MERGE INTO users AS u USING (SELECT user_id FROM users LIMIT 1000) AS s ON s.user_id = u.user_id
WHEN MATCHED THEN DELETE;

-- Another column of the same table.
MERGE INTO users AS u USING users AS m ON u.manager_id = m.user_id
WHEN MATCHED THEN UPDATE SET locale = m.locale;

MERGE INTO users AS u USING users AS s ON s.user_id = u.user_id AND u.locale = 'en-GB'
WHEN MATCHED THEN UPDATE SET locale = 'en';

MERGE INTO users AS u USING incoming AS i ON i.user_id = u.user_id
WHEN NOT MATCHED BY SOURCE AND u.locale = 'en-GB' THEN DELETE;

CREATE TEMPORARY TABLE IF NOT EXISTS incoming (user_id uuid, email text) ON COMMIT DROP;
MERGE INTO incoming AS i USING users AS u ON true WHEN MATCHED THEN DELETE;
