-- The statements that delete a database and make it anew, with the same owner, as this server writes
-- their names.
SELECT
    pg_catalog.format('DROP DATABASE IF EXISTS %I WITH (FORCE)', {name}),
    pg_catalog.format('CREATE DATABASE %I OWNER %I', {name}, coalesce(
        (SELECT pg_catalog.pg_get_userbyid(d.datdba) FROM pg_catalog.pg_database AS d WHERE d.datname = {name}),
        current_user
    ))
