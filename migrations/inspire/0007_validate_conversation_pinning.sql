-- Migration: 0007_validate_conversation_pinning
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Check existing conversations against the rule for pinned ones, which 0006 added unvalidated

-- The scan takes SHARE UPDATE EXCLUSIVE, which blocks neither reads nor writes. Validating
-- a constraint that is already valid does nothing.

BEGIN;

ALTER TABLE conversations
    VALIDATE CONSTRAINT conversations_pinned_at_check;

COMMIT;
