-- Destructive: nothing reads these since 0012
DROP TABLE IF EXISTS legacy_sessions;

DROP SCHEMA IF EXISTS archive CASCADE;
