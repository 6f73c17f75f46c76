-- Migration: 0005_seed_subscription_plans
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Add the subscription plans that the platform starts with, and their prices

-- What is already there is left as it is: a second run must not undo a later
-- change of a plan or a price.

BEGIN;

INSERT INTO subscription_plans (plan_code, display_name, description, sort_order, trial_days, features)
VALUES
    (
        'free', 'Free',
        'Reading, bookmarks and public communities.',
        10, 0,
        '{"offline_reading": false, "private_communities": false, "seats": 1}'
    ),
    (
        'plus', 'Plus',
        'Everything in Free, with offline reading and private communities.',
        20, 14,
        '{"offline_reading": true, "private_communities": true, "seats": 1}'
    ),
    (
        'family', 'Family',
        'Plus for up to six people in one household.',
        30, 14,
        '{"offline_reading": true, "private_communities": true, "seats": 6}'
    ),
    (
        'ministry', 'Ministry',
        'Plus for up to fifty people in a church or a ministry.',
        40, 30,
        '{"offline_reading": true, "private_communities": true, "seats": 50}'
    )
ON CONFLICT (plan_code) DO NOTHING;

INSERT INTO subscription_plan_prices (plan_code, billing_interval, currency, amount_cents)
VALUES
    ('free', 'month', 'USD', 0),
    ('plus', 'month', 'USD', 599),
    ('plus', 'year', 'USD', 5990),
    ('family', 'month', 'USD', 999),
    ('family', 'year', 'USD', 9990),
    ('ministry', 'month', 'USD', 4900),
    ('ministry', 'year', 'USD', 49000)
ON CONFLICT (plan_code, billing_interval, currency) DO NOTHING;

COMMIT;
