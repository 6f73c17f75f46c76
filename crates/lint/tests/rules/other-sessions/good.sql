SELECT pid, state FROM pg_stat_activity;
SELECT pg_backend_pid();
