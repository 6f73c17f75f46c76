-- Migration: 0011_drop_stamp_checks_of_user_sessions
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger user sessions

-- See 0010 for the reason.

BEGIN;

ALTER TABLE user_sessions
    DROP CONSTRAINT IF EXISTS user_sessions_last_used_at_check,
    DROP CONSTRAINT IF EXISTS user_sessions_revoked_at_check;

COMMIT;
