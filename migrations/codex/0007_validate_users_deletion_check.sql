-- Migration: 0007_validate_users_deletion_check
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: proves the check of 0006 for existing rows, apart from it so that the scan blocks neither reads nor writes

BEGIN;

ALTER TABLE users VALIDATE CONSTRAINT users_deletion_check;

COMMIT;
