LISTEN settings_changed;

UNLISTEN *;

NOTIFY settings_changed, 'all';

SELECT pg_notify('settings_changed', name) FROM settings;

DO $$
BEGIN
    PERFORM pg_catalog.pg_notify('settings_changed', 'all');
END;
$$;
