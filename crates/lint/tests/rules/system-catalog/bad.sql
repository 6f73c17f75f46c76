UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'teams'::regclass AND NOT attnotnull;
DELETE FROM pg_catalog.pg_enum WHERE enumlabel = 'sad';
INSERT INTO pg_catalog.pg_description SELECT 1, 2, 3, 'x';
