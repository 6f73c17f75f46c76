CREATE TABLE IF NOT EXISTS settings (
    setting_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text,
    note text,
    made_at timestamptz DEFAULT now()
);
-- next migration
-- The id that is compared is generated.
MERGE INTO settings AS t USING (VALUES (1, 'theme')) AS s (id, code) ON t.setting_id = s.id
WHEN NOT MATCHED THEN INSERT (code) VALUES (s.code);

-- So is the one of the source.
MERGE INTO users AS u USING (SELECT gen_random_uuid() AS id, 'ada' AS name) AS s ON u.user_id = s.id
WHEN NOT MATCHED THEN INSERT (user_id, name) VALUES (s.id, s.name);

MERGE INTO settings AS t USING (VALUES ('theme')) AS s (code) ON false
WHEN NOT MATCHED THEN INSERT (code) VALUES (s.code);

-- The note of the row that is inserted is NULL.
MERGE INTO settings AS t USING (VALUES ('theme', 'dark')) AS s (code, note)
ON t.code = s.code AND t.note = s.note
WHEN NOT MATCHED THEN INSERT (code) VALUES (s.code);

MERGE INTO settings USING (VALUES ('theme')) AS s (name) ON code = name AND made_at = now()
WHEN NOT MATCHED THEN INSERT (code, made_at) VALUES (s.name, DEFAULT);
