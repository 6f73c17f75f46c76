-- Migration: 0014_drop_stamp_checks_of_communities
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger communities

-- See 0010 for the reason.

BEGIN;

ALTER TABLE communities
    DROP CONSTRAINT IF EXISTS communities_archived_at_check;

COMMIT;
