-- Destructive: an example
TRUNCATE singers;
ALTER TABLE singers ALTER COLUMN name SET NOT NULL;
