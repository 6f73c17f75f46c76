CREATE TABLE IF NOT EXISTS versions (
    name text CONSTRAINT versions_pkey PRIMARY KEY,
    number integer
);
-- next migration
-- Rows that it writes out, by their key.
ALTER TABLE teams ADD COLUMN IF NOT EXISTS anthem text;
MERGE INTO versions AS v USING (VALUES ('schema', 7), ('rows', 2)) AS s (name, number) ON v.name = s.name
WHEN MATCHED AND v.number < s.number THEN UPDATE SET number = s.number
WHEN NOT MATCHED THEN INSERT (name, number) VALUES (s.name, s.number);
