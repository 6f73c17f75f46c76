CREATE TABLE IF NOT EXISTS settings (
    setting_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text UNIQUE,
    note text
);
-- next migration
MERGE INTO settings AS t USING (VALUES ('theme', 'dark'), ('mood', NULL)) AS s (code, note) ON t.code = s.code
WHEN MATCHED AND t.note IS DISTINCT FROM s.note THEN UPDATE SET note = s.note
WHEN NOT MATCHED THEN INSERT (code, note) VALUES (s.code, s.note);

-- The source's id is the old one, and is inserted.
MERGE INTO users AS u USING old_users AS o ON u.user_id = o.id
WHEN NOT MATCHED THEN INSERT (user_id, name) VALUES (o.id, o.name);

-- Where it looks first.
MERGE INTO settings AS t USING (VALUES ('theme')) AS s (code) ON false
WHEN NOT MATCHED AND NOT EXISTS (SELECT 1 FROM settings WHERE code = 'theme') THEN INSERT (code) VALUES (s.code);

CREATE TEMPORARY TABLE incoming (code text) ON COMMIT DROP;
MERGE INTO incoming AS t USING (VALUES ('theme')) AS s (code) ON false
WHEN NOT MATCHED THEN INSERT (code) VALUES (s.code);
