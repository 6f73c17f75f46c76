-- Destructive: the nickname is part of the name now
MERGE INTO singers AS s USING (VALUES ('Ada')) AS v (name) ON s.nickname = v.name
WHEN MATCHED AND s.name IS NULL THEN UPDATE SET name = v.name;
ALTER TABLE singers DROP COLUMN IF EXISTS nickname;
