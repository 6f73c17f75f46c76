-- Migration: 0021_replace_checks_of_content_attachments
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check lengths as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE content_attachments
    DROP CONSTRAINT IF EXISTS content_attachments_caption_check,
    ADD CONSTRAINT content_attachments_caption_check
        CHECK (char_length(caption) <= 500) NOT VALID;

COMMIT;
