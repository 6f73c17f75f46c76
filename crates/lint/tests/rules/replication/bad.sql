ALTER SUBSCRIPTION archive DISABLE;

DROP PUBLICATION IF EXISTS search_index;

SELECT pg_create_logical_replication_slot('search_index', 'pgoutput');

SELECT pg_catalog.pg_drop_replication_slot('search_index');
