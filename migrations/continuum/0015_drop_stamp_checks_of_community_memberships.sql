-- Migration: 0015_drop_stamp_checks_of_community_memberships
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger community memberships

-- See 0010 for the reason.

BEGIN;

ALTER TABLE community_memberships
    DROP CONSTRAINT IF EXISTS community_memberships_joined_at_check,
    DROP CONSTRAINT IF EXISTS community_memberships_left_at_check,
    DROP CONSTRAINT IF EXISTS community_memberships_banned_at_check;

COMMIT;
