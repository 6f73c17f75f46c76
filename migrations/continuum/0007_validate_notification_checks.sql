-- Migration: 0007_validate_notification_checks
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Validate the checks that 0006 added to notifications, so that they hold for old rows too

-- Validation reads the whole table, but under a lock that lets reading and
-- writing go on; hence a migration of its own. Nothing happens where a check is
-- valid already.

BEGIN;

ALTER TABLE notifications VALIDATE CONSTRAINT notifications_priority_check;

ALTER TABLE notifications VALIDATE CONSTRAINT notifications_expires_at_check;

COMMIT;
