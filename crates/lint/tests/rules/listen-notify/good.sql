CREATE OR REPLACE FUNCTION announce_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('settings_changed', NEW.name);
    RETURN NEW;
END;
$$;

SELECT 'pg_notify', name FROM services;
