CREATE TABLE IF NOT EXISTS versions (
    name text CONSTRAINT versions_pkey PRIMARY KEY,
    number integer
);
-- next migration
ALTER TABLE teams ADD COLUMN IF NOT EXISTS anthem text;
MERGE INTO versions AS v USING incoming AS i ON v.name = i.name
WHEN MATCHED AND v.number < i.number THEN UPDATE SET number = i.number;
MERGE INTO versions AS v USING (VALUES ('schema', 7)) AS s (name, number) ON v.name = s.name
WHEN NOT MATCHED BY SOURCE AND v.number < 7 THEN UPDATE SET number = 7;
