-- Migration: 0008_add_pinned_conversations_index
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Index a user's pinned conversations, which every opening of the list reads first
-- Transaction: none

-- Few conversations are pinned, so the partial index stays small. Building it concurrently
-- lets messages arrive meanwhile. pinned_at IS NOT NULL implies that deleted_at IS NULL.

CREATE INDEX CONCURRENTLY IF NOT EXISTS conversations_user_pinned_idx
    ON conversations (user_id, pinned_at DESC)
    WHERE pinned_at IS NOT NULL;
