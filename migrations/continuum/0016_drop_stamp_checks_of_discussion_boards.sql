-- Migration: 0016_drop_stamp_checks_of_discussion_boards
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger discussion boards

-- See 0010 for the reason.

BEGIN;

ALTER TABLE discussion_boards
    DROP CONSTRAINT IF EXISTS discussion_boards_archived_at_check;

COMMIT;
