-- Migration: 0001_create_user_data
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create what belongs to one user alone: settings, devices, sessions, bookmarks, reading progress and notifications

-- Conventions of this database, set here once and kept by every later file:
--
-- * Users live elsewhere. They are referred to by a plain uuid, without a
--   foreign key; erasing a user means deleting or anonymising by that uuid.
-- * A user-owned table calls the owner user_id, and its primary key begins with
--   user_id. Foreign keys between user-owned tables and unique constraints on
--   them include user_id. So the database can later be distributed by user_id
--   without changing a key, and all rows of one user lie side by side until then.
-- * A user who merely touched a row that is not theirs stands in a column with
--   another name (author_id, created_by, removed_by).
-- * A composite foreign key with a nullable part never says ON DELETE SET NULL:
--   before PostgreSQL 15 that would set user_id to NULL as well, and fail.
-- * Triggers look at no row but their own, so they are safe on a distributed table.

BEGIN;

-- ---------------------------------------------------------------------------
-- Shared trigger function
-- ---------------------------------------------------------------------------

-- An UPDATE that changes nothing leaves updated_at alone, so that repeated
-- writes of the same values converge.
CREATE OR REPLACE FUNCTION set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := pg_catalog.now();
    END IF;

    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION set_updated_at() IS
    'BEFORE UPDATE row trigger: stamps updated_at when anything in the row changes.';

-- ---------------------------------------------------------------------------
-- Settings
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS user_settings (
    user_id uuid NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    time_zone text NOT NULL DEFAULT 'UTC',
    theme text NOT NULL DEFAULT 'system',
    text_scale_percent smallint NOT NULL DEFAULT 100,
    preferences jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_settings_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_settings_locale_check CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND char_length(locale) <= 35),
    CONSTRAINT user_settings_time_zone_check CHECK (char_length(time_zone) BETWEEN 1 AND 64),
    CONSTRAINT user_settings_theme_check CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT user_settings_text_scale_percent_check CHECK (text_scale_percent BETWEEN 50 AND 300),
    CONSTRAINT user_settings_preferences_check CHECK (jsonb_typeof(preferences) = 'object')
);

COMMENT ON TABLE user_settings IS 'One row for each user who changed a setting; a missing row means the defaults.';
COMMENT ON COLUMN user_settings.locale IS 'BCP 47 language tag, such as en or pt-BR.';
COMMENT ON COLUMN user_settings.time_zone IS 'IANA time zone name, such as Europe/Berlin.';
COMMENT ON COLUMN user_settings.preferences IS 'Settings of single applications that the platform itself never looks into.';

DROP TRIGGER IF EXISTS user_settings_set_updated_at ON user_settings;
CREATE TRIGGER user_settings_set_updated_at
    BEFORE UPDATE ON user_settings
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Devices and sessions
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS user_devices (
    user_id uuid NOT NULL,
    device_id uuid NOT NULL DEFAULT gen_random_uuid(),
    platform text NOT NULL,
    display_name text NOT NULL,
    app_version text,
    fingerprint_hash bytea NOT NULL,
    push_enabled boolean NOT NULL DEFAULT false,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_devices_pkey PRIMARY KEY (user_id, device_id),
    CONSTRAINT user_devices_platform_check CHECK (platform IN ('web', 'ios', 'android', 'macos', 'windows', 'linux', 'other')),
    CONSTRAINT user_devices_display_name_check CHECK (char_length(display_name) BETWEEN 1 AND 100),
    CONSTRAINT user_devices_app_version_check CHECK (char_length(app_version) BETWEEN 1 AND 50),
    CONSTRAINT user_devices_fingerprint_hash_check CHECK (octet_length(fingerprint_hash) = 32),
    CONSTRAINT user_devices_last_seen_at_check CHECK (last_seen_at >= created_at),
    CONSTRAINT user_devices_removed_at_check CHECK (removed_at >= created_at),
    CONSTRAINT user_devices_push_enabled_check CHECK (NOT push_enabled OR removed_at IS NULL)
);

COMMENT ON TABLE user_devices IS 'Devices and browsers from which a user signs in.';
COMMENT ON COLUMN user_devices.fingerprint_hash IS 'SHA-256 of the installation identifier; the identifier itself is not stored.';
COMMENT ON COLUMN user_devices.push_enabled IS 'Whether to push to this device; the push token itself is kept by the push service.';
COMMENT ON COLUMN user_devices.removed_at IS 'When the user removed the device. The row stays for the security history.';

-- A device that was removed may be registered again, as a new row.
CREATE UNIQUE INDEX IF NOT EXISTS user_devices_user_id_fingerprint_hash_key
    ON user_devices (user_id, fingerprint_hash)
    WHERE removed_at IS NULL;

DROP TRIGGER IF EXISTS user_devices_set_updated_at ON user_devices;
CREATE TRIGGER user_devices_set_updated_at
    BEFORE UPDATE ON user_devices
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS user_sessions (
    user_id uuid NOT NULL,
    session_id uuid NOT NULL DEFAULT gen_random_uuid(),
    device_id uuid,
    token_hash bytea NOT NULL,
    ip_address inet,
    user_agent text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoke_reason text,
    CONSTRAINT user_sessions_pkey PRIMARY KEY (user_id, session_id),
    CONSTRAINT user_sessions_user_id_token_hash_key UNIQUE (user_id, token_hash),
    CONSTRAINT user_sessions_user_id_device_id_fkey FOREIGN KEY (user_id, device_id)
        REFERENCES user_devices (user_id, device_id) ON DELETE CASCADE,
    CONSTRAINT user_sessions_token_hash_check CHECK (octet_length(token_hash) = 32),
    CONSTRAINT user_sessions_user_agent_check CHECK (char_length(user_agent) BETWEEN 1 AND 512),
    CONSTRAINT user_sessions_last_used_at_check CHECK (last_used_at >= created_at),
    CONSTRAINT user_sessions_expires_at_check CHECK (expires_at > created_at),
    CONSTRAINT user_sessions_revoked_at_check CHECK (revoked_at >= created_at),
    CONSTRAINT user_sessions_revoke_reason_check CHECK (revoke_reason IN ('signed_out', 'replaced', 'password_changed', 'device_removed', 'administrator')),
    CONSTRAINT user_sessions_revocation_check CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);

COMMENT ON TABLE user_sessions IS 'Signed-in sessions of a user. Expired and revoked rows are kept for a while, then purged.';
COMMENT ON COLUMN user_sessions.token_hash IS
    'SHA-256 of the session secret. The token that a client holds also names user_id and session_id, so a session is found by primary key and its hash compared.';
COMMENT ON COLUMN user_sessions.device_id IS 'NULL when the client did not identify its device.';

CREATE INDEX IF NOT EXISTS user_sessions_user_id_device_id_idx
    ON user_sessions (user_id, device_id);

-- The list "where you are signed in".
CREATE INDEX IF NOT EXISTS user_sessions_active_idx
    ON user_sessions (user_id, last_used_at DESC)
    WHERE revoked_at IS NULL;

-- The purge of old sessions, across all users.
CREATE INDEX IF NOT EXISTS user_sessions_expires_at_idx
    ON user_sessions (expires_at);

-- ---------------------------------------------------------------------------
-- Bookmarks and reading progress
-- ---------------------------------------------------------------------------

-- Content lives in other databases (or, for posts, in this one), so it is named
-- by its type and uuid, without a foreign key. The types are not listed in a
-- CHECK: a new one should not need a migration here.

CREATE TABLE IF NOT EXISTS bookmarks (
    user_id uuid NOT NULL,
    bookmark_id uuid NOT NULL DEFAULT gen_random_uuid(),
    content_type text NOT NULL,
    content_id uuid NOT NULL,
    locator text NOT NULL DEFAULT '',
    folder text,
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bookmarks_pkey PRIMARY KEY (user_id, bookmark_id),
    CONSTRAINT bookmarks_user_id_content_key UNIQUE (user_id, content_type, content_id, locator),
    CONSTRAINT bookmarks_content_type_check CHECK (content_type ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT bookmarks_locator_check CHECK (char_length(locator) <= 200),
    CONSTRAINT bookmarks_folder_check CHECK (char_length(folder) BETWEEN 1 AND 100),
    CONSTRAINT bookmarks_note_check CHECK (char_length(note) BETWEEN 1 AND 10000)
);

COMMENT ON TABLE bookmarks IS 'Places that a user marked in a piece of content.';
COMMENT ON COLUMN bookmarks.locator IS
    'The place within the content, such as a verse or a paragraph; empty for the content as a whole. Never NULL, so that the unique constraint also holds for whole pieces.';

CREATE INDEX IF NOT EXISTS bookmarks_user_id_created_at_idx
    ON bookmarks (user_id, created_at DESC);

DROP TRIGGER IF EXISTS bookmarks_set_updated_at ON bookmarks;
CREATE TRIGGER bookmarks_set_updated_at
    BEFORE UPDATE ON bookmarks
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS reading_progress (
    user_id uuid NOT NULL,
    content_type text NOT NULL,
    content_id uuid NOT NULL,
    locator text NOT NULL DEFAULT '',
    progress_percent numeric(5, 2) NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    last_read_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reading_progress_pkey PRIMARY KEY (user_id, content_type, content_id),
    CONSTRAINT reading_progress_content_type_check CHECK (content_type ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT reading_progress_locator_check CHECK (char_length(locator) <= 200),
    CONSTRAINT reading_progress_progress_percent_check CHECK (progress_percent BETWEEN 0 AND 100),
    CONSTRAINT reading_progress_last_read_at_check CHECK (last_read_at >= started_at),
    CONSTRAINT reading_progress_completed_at_check CHECK (completed_at >= started_at),
    CONSTRAINT reading_progress_completion_check CHECK (progress_percent < 100 OR completed_at IS NOT NULL)
);

COMMENT ON TABLE reading_progress IS 'How far a user has read in each piece of content.';
COMMENT ON COLUMN reading_progress.locator IS 'Where to go on reading; empty for the beginning.';
COMMENT ON COLUMN reading_progress.completed_at IS
    'When the user first finished it. Stays when they read it again, so progress may be below 100 here.';

-- The shelf "continue reading".
CREATE INDEX IF NOT EXISTS reading_progress_unfinished_idx
    ON reading_progress (user_id, last_read_at DESC)
    WHERE completed_at IS NULL;

DROP TRIGGER IF EXISTS reading_progress_set_updated_at ON reading_progress;
CREATE TRIGGER reading_progress_set_updated_at
    BEFORE UPDATE ON reading_progress
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Notifications
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS notifications (
    user_id uuid NOT NULL,
    notification_id uuid NOT NULL DEFAULT gen_random_uuid(),
    notification_type text NOT NULL,
    title text NOT NULL,
    body text,
    link_path text,
    payload jsonb NOT NULL DEFAULT '{}',
    dedupe_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    dismissed_at timestamptz,
    CONSTRAINT notifications_pkey PRIMARY KEY (user_id, notification_id),
    CONSTRAINT notifications_notification_type_check CHECK (notification_type ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT notifications_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT notifications_body_check CHECK (char_length(body) BETWEEN 1 AND 2000),
    CONSTRAINT notifications_link_path_check CHECK (link_path ~ '^/([^/]|$)' AND char_length(link_path) <= 2000),
    CONSTRAINT notifications_payload_check CHECK (jsonb_typeof(payload) = 'object'),
    CONSTRAINT notifications_dedupe_key_check CHECK (char_length(dedupe_key) BETWEEN 1 AND 200),
    CONSTRAINT notifications_read_at_check CHECK (read_at >= created_at),
    CONSTRAINT notifications_dismissed_at_check CHECK (dismissed_at >= created_at)
);

COMMENT ON TABLE notifications IS 'Messages shown to a user in the application.';
COMMENT ON COLUMN notifications.link_path IS 'Where a click leads: a path on the platform, never another site.';
COMMENT ON COLUMN notifications.dedupe_key IS
    'Names the event behind the notification, so that an event delivered twice notifies once. NULL: never deduplicated.';

CREATE INDEX IF NOT EXISTS notifications_user_id_created_at_idx
    ON notifications (user_id, created_at DESC);

-- The badge with the number of unread notifications.
CREATE INDEX IF NOT EXISTS notifications_unread_idx
    ON notifications (user_id, created_at DESC)
    WHERE read_at IS NULL AND dismissed_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_user_id_dedupe_key_key
    ON notifications (user_id, dedupe_key)
    WHERE dedupe_key IS NOT NULL;

COMMIT;
