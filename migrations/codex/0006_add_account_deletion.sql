-- Migration: 0006_add_account_deletion
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: lets people ask for their account to be deleted after a period of grace, and records the erasure in every service

-- users is the only existing table touched. New columns without a default cost no
-- rewrite, and NOT VALID spares the scan while the table is locked; the next migration
-- validates under a lock that lets reads and writes pass.

BEGIN;

ALTER TABLE users
    ADD COLUMN IF NOT EXISTS deletion_requested_at timestamptz,
    ADD COLUMN IF NOT EXISTS deletion_due_at timestamptz;

COMMENT ON COLUMN users.deletion_requested_at IS
    'When the person asked for deletion; set back to NULL when they change their mind.';
COMMENT ON COLUMN users.deletion_due_at IS
    'When the account will be deleted: the end of the period of grace.';

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'users_deletion_check'
            AND conrelid = 'users'::regclass
    ) THEN
        ALTER TABLE users
            ADD CONSTRAINT users_deletion_check
            CHECK ((deletion_requested_at IS NULL) = (deletion_due_at IS NULL)
                AND (deletion_due_at IS NULL OR deletion_due_at > deletion_requested_at))
            NOT VALID;
    END IF;
END;
$$;

-- No foreign key to users: these rows prove the erasure after the account is gone.
CREATE TABLE IF NOT EXISTS user_erasures (
    user_id uuid NOT NULL,
    service_name text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    attempt_count integer NOT NULL DEFAULT 0,
    last_error text,
    erased_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_erasures_pkey PRIMARY KEY (user_id, service_name),
    CONSTRAINT user_erasures_service_name_check
        CHECK (service_name ~ '^[a-z][a-z0-9_]{1,62}$'),
    CONSTRAINT user_erasures_attempt_count_check
        CHECK (attempt_count >= 0),
    CONSTRAINT user_erasures_last_error_check
        CHECK (char_length(last_error) BETWEEN 1 AND 2000),
    -- What is done has no open error.
    CONSTRAINT user_erasures_erased_check
        CHECK (erased_at IS NULL OR last_error IS NULL)
);

-- What the erasure job still has to do, oldest first.
CREATE INDEX IF NOT EXISTS user_erasures_pending_idx
    ON user_erasures (requested_at)
    WHERE erased_at IS NULL;

DROP TRIGGER IF EXISTS user_erasures_set_updated_at ON user_erasures;
CREATE TRIGGER user_erasures_set_updated_at
    BEFORE UPDATE ON user_erasures
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE user_erasures IS
    'One row per deleted account and service that held data of it: the proof that the service erased it, or the work still to do.';
COMMENT ON COLUMN user_erasures.user_id IS
    'The former users.id; a plain id, since that row is gone.';
COMMENT ON COLUMN user_erasures.erased_at IS
    'When the service confirmed; NULL while it has not.';

COMMIT;
