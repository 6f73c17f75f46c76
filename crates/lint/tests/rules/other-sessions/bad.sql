SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database();
DO $$ BEGIN PERFORM pg_cancel_backend(pid) FROM pg_stat_activity; END $$;
