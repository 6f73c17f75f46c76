ALTER TABLE orders ALTER COLUMN customer TYPE text;
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);
ALTER TABLE orders ALTER COLUMN settings TYPE jsonb USING settings::jsonb;
