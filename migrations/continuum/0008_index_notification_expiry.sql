-- Migration: 0008_index_notification_expiry
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Index the notifications that expire, for the job that deletes them
-- Transaction: none

-- Across all users, so the keys that begin with user_id do not help. Built
-- concurrently, since notifications are written all the time.

CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_expires_at_idx
    ON notifications (expires_at)
    WHERE expires_at IS NOT NULL;
