-- Before the history table is created: Citus must not take it over, as it does with every new table
-- where this is on. Older versions of Citus do not have it.
SELECT pg_catalog.set_config('citus.use_citus_managed_tables', 'off', true)
WHERE pg_catalog.current_setting('citus.use_citus_managed_tables', true) IS NOT NULL
