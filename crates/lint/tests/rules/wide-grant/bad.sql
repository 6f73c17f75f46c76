GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
GRANT ALL ON teams TO codex_reader, public;
GRANT CREATE ON SCHEMA public TO PUBLIC;
GRANT pg_read_all_data, codex_reader TO codex_writer;
GRANT rds_superuser TO codex_writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
