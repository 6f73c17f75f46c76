SELECT attnotnull FROM pg_catalog.pg_attribute WHERE attrelid = 'teams'::regclass;
UPDATE page_views SET total = 0 WHERE total IS NULL;
