-- Migration: 0004_create_activity_log
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create the activity log, partitioned by month, with a function that makes the partitions of the coming months

-- How the partitions live:
--
-- * activity_log_YYYY_MM holds one month, counted in UTC.
-- * create_activity_log_partitions(n) makes those of this month and the next n
--   that are missing. A scheduled job is meant to call it, say once a week with
--   3; this file calls it for a year, so nothing breaks if the job is late.
-- * A row for which there is no month goes to activity_log_default, so nothing
--   is ever lost. Rows there would keep the partition of their month from being
--   made; the function therefore moves them into it. Normally the default
--   partition is empty, which is worth watching.
-- * Old months go by DETACH PARTITION and DROP TABLE, decided by whoever decides
--   on retention, not here.
--
-- Which months this file makes depends on the day it runs: a second run in a
-- later month makes that month's partitions too, and changes nothing else.

BEGIN;

-- The key ends with activity_id, since a user may do two things at one moment,
-- and must hold occurred_at, since that is what the table is partitioned by.
-- Sessions and devices are named without foreign keys: the log outlives them.
CREATE TABLE IF NOT EXISTS activity_log (
    user_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    activity_id uuid NOT NULL DEFAULT gen_random_uuid(),
    activity_type text NOT NULL,
    subject_type text,
    subject_id uuid,
    session_id uuid,
    device_id uuid,
    ip_address inet,
    details jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT activity_log_pkey PRIMARY KEY (user_id, occurred_at, activity_id),
    CONSTRAINT activity_log_activity_type_check CHECK (activity_type ~ '^[a-z][a-z0-9_.]{0,99}$'),
    CONSTRAINT activity_log_subject_type_check CHECK (subject_type ~ '^[a-z][a-z0-9_]{0,49}$'),
    CONSTRAINT activity_log_subject_check CHECK ((subject_type IS NULL) = (subject_id IS NULL)),
    CONSTRAINT activity_log_details_check CHECK (jsonb_typeof(details) = 'object')
) PARTITION BY RANGE (occurred_at);

COMMENT ON TABLE activity_log IS 'What users did and when, partitioned by month. Rows are added and, with their month, dropped; they are not changed.';
COMMENT ON COLUMN activity_log.activity_type IS 'What happened, such as session.started or post.created.';
COMMENT ON COLUMN activity_log.subject_type IS 'With subject_id: what it happened to, here or in another database; both NULL if nothing in particular.';

-- The history of one thing. A user's own history is served by the primary key.
CREATE INDEX IF NOT EXISTS activity_log_subject_idx
    ON activity_log (subject_id, occurred_at DESC)
    WHERE subject_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS activity_log_default
    PARTITION OF activity_log DEFAULT;

COMMENT ON TABLE activity_log_default IS 'Activity for which there is no monthly partition (yet). Should be empty.';

-- Each partition is made on the side and then attached: CREATE TABLE ...
-- PARTITION OF would lock the whole log against reading and writing, ATTACH
-- PARTITION lets both go on, except in the default partition, for a moment.
--
-- Two calls at once take turns. A row of a missing month that commits to the
-- default partition after the move makes the call fail as a whole; nothing is
-- lost, and the next call moves that row too.
CREATE OR REPLACE FUNCTION create_activity_log_partitions(
    months_ahead integer,
    months_back integer DEFAULT 0
)
RETURNS integer
LANGUAGE plpgsql
SET search_path = ''
SET timezone = 'UTC'
AS $$
DECLARE
    this_month timestamptz := pg_catalog.date_trunc('month', pg_catalog.now());
    lower_bound timestamptz;
    upper_bound timestamptz;
    partition_name text;
    created_count integer := 0;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120
        OR months_back IS NULL OR months_back NOT BETWEEN 0 AND 120
    THEN
        RAISE EXCEPTION 'months_ahead and months_back must be between 0 and 120, not % and %',
            months_ahead, months_back
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtextextended('create_activity_log_partitions', 0)
    );

    FOR month_offset IN -months_back .. months_ahead LOOP
        lower_bound := this_month + pg_catalog.make_interval(months => month_offset);
        upper_bound := this_month + pg_catalog.make_interval(months => month_offset + 1);
        partition_name := 'activity_log_' || pg_catalog.to_char(lower_bound, 'YYYY_MM');

        CONTINUE WHEN EXISTS (
            SELECT 1
            FROM pg_catalog.pg_inherits AS link
            JOIN pg_catalog.pg_class AS child ON child.oid = link.inhrelid
            WHERE link.inhparent = 'public.activity_log'::pg_catalog.regclass
                AND child.relname = partition_name
        );

        EXECUTE pg_catalog.format(
            'CREATE TABLE public.%I (LIKE public.activity_log INCLUDING ALL)',
            partition_name
        );
        EXECUTE pg_catalog.format(
            'COMMENT ON TABLE public.%I IS %L',
            partition_name,
            'Activity of ' || pg_catalog.to_char(lower_bound, 'YYYY-MM') || ' (UTC).'
        );
        EXECUTE pg_catalog.format(
            'WITH moved AS ('
            '    DELETE FROM public.activity_log_default'
            '    WHERE occurred_at >= %L AND occurred_at < %L'
            '    RETURNING *'
            ') INSERT INTO public.%I SELECT * FROM moved',
            lower_bound, upper_bound, partition_name
        );
        EXECUTE pg_catalog.format(
            'ALTER TABLE public.activity_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            partition_name, lower_bound, upper_bound
        );

        created_count := created_count + 1;
    END LOOP;

    RETURN created_count;
END;
$$;

COMMENT ON FUNCTION create_activity_log_partitions(integer, integer) IS
    'Makes the missing monthly partitions of activity_log from months_back before this month to months_ahead after it, moves rows of these months out of the default partition, and returns how many were made. Safe to call again.';

-- The month before is for activity that is reported late.
SELECT create_activity_log_partitions(12, 1);

COMMIT;
