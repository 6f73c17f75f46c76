SELECT reporting.daily_totals.amount_cents FROM reporting.daily_totals;

SELECT (reporting.daily_totals.detail).amount FROM reporting.daily_totals;

COMMENT ON COLUMN reporting.daily_totals.amount_cents IS 'In cents.';

CREATE OR REPLACE FUNCTION reporting.total(day reporting.daily_totals.day%TYPE)
RETURNS bigint LANGUAGE sql AS $$ SELECT 0::bigint $$;
