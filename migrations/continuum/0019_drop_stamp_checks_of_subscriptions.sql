-- Migration: 0019_drop_stamp_checks_of_subscriptions
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let a long transaction change the stamps of younger subscriptions

-- See 0010 for the reason.
-- trial_ends_at and period_ends_at are written together with what they are compared to, so
-- their checks stay.

BEGIN;

ALTER TABLE subscriptions
    DROP CONSTRAINT IF EXISTS subscriptions_period_started_at_check,
    DROP CONSTRAINT IF EXISTS subscriptions_cancel_requested_at_check,
    DROP CONSTRAINT IF EXISTS subscriptions_ended_at_check;

COMMIT;
