-- Migration: 0008_index_users_deletion_due_at
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: lets the deletion job find due accounts without reading all users; partial, because almost nobody asks
-- Transaction: none

-- Built concurrently: users is written at every sign-in.

CREATE INDEX CONCURRENTLY IF NOT EXISTS users_deletion_due_at_idx
    ON users (deletion_due_at)
    WHERE deletion_due_at IS NOT NULL;
