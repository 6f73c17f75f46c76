SELECT c.conname, c.convalidated
FROM pg_catalog.pg_constraint AS c
WHERE c.conrelid = pg_catalog.to_regclass({table}) AND c.conname = {constraint}
