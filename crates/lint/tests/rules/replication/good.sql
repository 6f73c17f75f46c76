ALTER TABLE users REPLICA IDENTITY FULL;

SELECT slot_name FROM pg_catalog.pg_replication_slots;
