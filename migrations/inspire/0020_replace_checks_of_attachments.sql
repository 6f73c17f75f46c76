-- Migration: 0020_replace_checks_of_attachments
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger attachments, and check text as in the other databases

-- See 0013 for the reasons.

BEGIN;

ALTER TABLE attachments
    DROP CONSTRAINT IF EXISTS attachments_storage_path_check,
    ADD CONSTRAINT attachments_storage_path_check
        CHECK (char_length(storage_path) BETWEEN 1 AND 1000) NOT VALID,
    DROP CONSTRAINT IF EXISTS attachments_original_filename_check,
    ADD CONSTRAINT attachments_original_filename_check
        CHECK (char_length(original_filename) BETWEEN 1 AND 255) NOT VALID,
    DROP CONSTRAINT IF EXISTS attachments_media_type_check,
    ADD CONSTRAINT attachments_media_type_check
        CHECK (media_type ~ '^[a-z]+/[a-z0-9][a-z0-9.+-]*$'
            AND char_length(media_type) <= 127) NOT VALID,
    DROP CONSTRAINT IF EXISTS attachments_scanned_at_check,
    ADD CONSTRAINT attachments_scanned_at_check
        CHECK ((scan_state = 'pending') = (scanned_at IS NULL)) NOT VALID;

COMMIT;
