ALTER TABLE teams DISABLE TRIGGER ALL;
ALTER TABLE teams DISABLE TRIGGER teams_history;
ALTER TABLE teams ENABLE REPLICA TRIGGER teams_history;
ALTER TABLE teams DISABLE RULE teams_log;
SET LOCAL session_replication_role = 'replica';
SET session_replication_role TO local;
SELECT set_config('session_replication_role', 'replica', true);
-- next migration
ALTER TABLE teams DISABLE TRIGGER USER;
UPDATE teams SET name = 'x' WHERE name = 'y';
ALTER TABLE teams ENABLE TRIGGER USER;
