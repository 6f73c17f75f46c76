-- Migration: 0006_add_conversation_pinning
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Let users pin conversations to the top of their list

-- The check is added NOT VALID, which holds the lock on conversations for an instant only.
-- New and changed rows are checked from now on; 0007 checks those that are already there.

BEGIN;

ALTER TABLE conversations
    ADD COLUMN IF NOT EXISTS pinned_at timestamptz;

COMMENT ON COLUMN conversations.pinned_at IS
    'When the user pinned the conversation; NULL when it is not pinned.';

-- Archiving or deleting a conversation takes it out of the list, so it must be unpinned.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'conversations_pinned_at_check'
          AND conrelid = 'conversations'::regclass
    ) THEN
        ALTER TABLE conversations
            ADD CONSTRAINT conversations_pinned_at_check
            CHECK (
                pinned_at IS NULL
                OR (pinned_at >= created_at AND archived_at IS NULL AND deleted_at IS NULL)
            ) NOT VALID;
    END IF;
END;
$$;

COMMIT;
