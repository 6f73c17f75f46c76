-- Migration: 0006_add_notification_preferences
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Let users choose how each type of notification reaches them, and let a notification have a priority and an end

-- The new checks are added NOT VALID, which needs no scan of the table under a
-- strong lock; new rows are checked from now on, old ones by 0007.

BEGIN;

CREATE TABLE IF NOT EXISTS notification_preferences (
    user_id uuid NOT NULL,
    notification_type text NOT NULL,
    in_app_enabled boolean NOT NULL DEFAULT true,
    email_enabled boolean NOT NULL DEFAULT true,
    push_enabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, notification_type),
    CONSTRAINT notification_preferences_notification_type_check CHECK (notification_type ~ '^[a-z][a-z0-9_]{0,49}$')
);

COMMENT ON TABLE notification_preferences IS 'How a user wants each type of notification delivered; a missing row means the defaults.';

DROP TRIGGER IF EXISTS notification_preferences_set_updated_at ON notification_preferences;
CREATE TRIGGER notification_preferences_set_updated_at
    BEFORE UPDATE ON notification_preferences
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Constant defaults: no row is rewritten.
ALTER TABLE notifications
    ADD COLUMN IF NOT EXISTS priority text NOT NULL DEFAULT 'normal',
    ADD COLUMN IF NOT EXISTS expires_at timestamptz;

COMMENT ON COLUMN notifications.priority IS 'urgent notifications are shown first; low ones are never pushed.';
COMMENT ON COLUMN notifications.expires_at IS 'After this the notification is no longer shown, and a job deletes it. NULL: it stays.';

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'notifications_priority_check'
            AND conrelid = 'notifications'::regclass
    ) THEN
        ALTER TABLE notifications
            ADD CONSTRAINT notifications_priority_check
            CHECK (priority IN ('low', 'normal', 'urgent')) NOT VALID;
    END IF;
END;
$$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'notifications_expires_at_check'
            AND conrelid = 'notifications'::regclass
    ) THEN
        ALTER TABLE notifications
            ADD CONSTRAINT notifications_expires_at_check
            CHECK (expires_at > created_at) NOT VALID;
    END IF;
END;
$$;

COMMIT;
