-- Migration: 0017_drop_stamp_checks_of_posts
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger posts

-- See 0010 for the reason.

BEGIN;

ALTER TABLE posts
    DROP CONSTRAINT IF EXISTS posts_last_activity_at_check,
    DROP CONSTRAINT IF EXISTS posts_edited_at_check,
    DROP CONSTRAINT IF EXISTS posts_removed_at_check;

COMMIT;
