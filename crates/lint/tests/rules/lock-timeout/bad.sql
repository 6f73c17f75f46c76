SET LOCAL lock_timeout = 0;
SET LOCAL lock_timeout TO '10min';
SET lock_timeout = '0';
SET LOCAL lock_timeout TO DEFAULT;
SELECT set_config('lock_timeout', '0', true);
SET LOCAL deadlock_timeout = '1h';
ALTER ROLE codex_migrator SET lock_timeout = 0;
