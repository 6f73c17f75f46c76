-- Migration: 0010_drop_stamp_checks_of_user_devices
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger user devices

-- 0010 to 0020 drop the checks that compare stamps of different transactions, one table in
-- each file, so that no table stays locked while another one is waited for. now() is the
-- start of a transaction: one that began before a session was created may revoke it, and
-- was refused (23514), though it did nothing wrong. No check can be right there; who reads
-- the stamps must not rely on their order to the second.
--
-- What compares two values that one statement writes together stays: an expiry and its
-- creation, the end of a period and its begin, the date an invoice is due and its issue.

BEGIN;

ALTER TABLE user_devices
    DROP CONSTRAINT IF EXISTS user_devices_last_seen_at_check,
    DROP CONSTRAINT IF EXISTS user_devices_removed_at_check;

COMMIT;
