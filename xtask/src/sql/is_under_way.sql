-- Whether a session of the run is there: it has the run's name while a migration is under way.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity AS a
    WHERE a.datname = pg_catalog.current_database() AND a.application_name = '{application_name}'
)
