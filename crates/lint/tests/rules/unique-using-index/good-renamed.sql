CREATE TABLE IF NOT EXISTS singers (id bigint NOT NULL, name text);
-- next migration
-- Transaction: none
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS singers_id_idx ON singers (id);
-- next migration
ALTER TABLE singers RENAME COLUMN id TO singer_id;
-- next migration
ALTER TABLE singers ADD CONSTRAINT singers_pkey PRIMARY KEY USING INDEX singers_id_idx;
