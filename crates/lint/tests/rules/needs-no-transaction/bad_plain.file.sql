CREATE INDEX CONCURRENTLY IF NOT EXISTS singers_name_idx ON singers (name);
