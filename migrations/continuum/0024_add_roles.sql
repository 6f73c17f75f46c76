-- Migration: 0024_add_roles
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Add the roles of this database and their grants, so that services need not run as the owner

-- The roles are groups without a login and without a password. Logins are made where
-- servers are set up, and get one of them: GRANT continuum_readwrite TO some_service.
--
-- * continuum_owner is to own everything here. Nobody logs in as it; migrations SET ROLE to it.
-- * continuum_migrator is for the logins that migrate: a member of the owner.
-- * continuum_readwrite is for services: rows, but no tables.
--   To invoice_numbers it only adds rows.
-- * continuum_readonly is for reports: SELECT.
--
-- What exists keeps its owner: handing it over locks every table, so that is done once, in
-- a quiet hour, by REASSIGN OWNED BY the_login_that_migrated_so_far TO continuum_owner.
--
-- Roles belong to the server, not to the database. Several databases of this kind on one
-- server share them, and runners that come at the same time may create the same one: the
-- loser of that race finds it there. Where the migrating role may not create roles, the
-- migration says so and goes on; whoever creates them later calls grant_to_roles().

BEGIN;

DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'continuum_owner') THEN
            CREATE ROLE continuum_owner NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
            RAISE WARNING 'role continuum_owner is missing, and % may not create it', current_user
                USING HINT = 'Create it, then call grant_to_roles().';
    END;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'continuum_migrator') THEN
            CREATE ROLE continuum_migrator NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
            RAISE WARNING 'role continuum_migrator is missing, and % may not create it', current_user
                USING HINT = 'Create it, then call grant_to_roles().';
    END;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'continuum_readwrite') THEN
            CREATE ROLE continuum_readwrite NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
            RAISE WARNING 'role continuum_readwrite is missing, and % may not create it', current_user
                USING HINT = 'Create it, then call grant_to_roles().';
    END;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'continuum_readonly') THEN
            CREATE ROLE continuum_readonly NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
            RAISE WARNING 'role continuum_readonly is missing, and % may not create it', current_user
                USING HINT = 'Create it, then call grant_to_roles().';
    END;
END;
$$;

-- Grants on what exists, and on what the caller, or the owner role, will create. Tables of
-- others and partitions are left alone. The runner's history can be read, since that is
-- where a service sees whether the schema is its own. A role that is missing is passed over.
CREATE OR REPLACE FUNCTION grant_to_roles()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    owned record;
BEGIN
    IF to_regrole('continuum_owner') IS NOT NULL THEN
        IF has_schema_privilege('public', 'CREATE WITH GRANT OPTION') THEN
            GRANT USAGE, CREATE ON SCHEMA public TO continuum_owner;
        ELSIF NOT has_schema_privilege('continuum_owner', 'public', 'CREATE') THEN
            RAISE WARNING '% may not let continuum_owner create objects in schema public', current_user;
        END IF;

        IF to_regrole('continuum_migrator') IS NOT NULL
            AND NOT pg_has_role('continuum_migrator', 'continuum_owner', 'MEMBER')
        THEN
            BEGIN
                GRANT continuum_owner TO continuum_migrator;
            EXCEPTION
                -- Another database's runner was first.
                WHEN unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE WARNING '% may not make continuum_migrator a member of continuum_owner', current_user;
            END;
        END IF;
    END IF;

    FOR owned IN
        SELECT
            oid::regclass AS name,
            relkind IN ('r', 'p') AND relname <> 'schema_migrations' AS is_table,
            relname IN ('invoice_numbers') AS is_evidence
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm')
            AND NOT relispartition
            AND relname <> 'refinery_schema_history'
            AND pg_has_role(relowner, 'USAGE')
        ORDER BY relname
    LOOP
        IF to_regrole('continuum_readonly') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO continuum_readonly', owned.name);
        END IF;
        IF to_regrole('continuum_readwrite') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO continuum_readwrite', owned.name);
            IF owned.is_evidence THEN
                EXECUTE format('GRANT INSERT ON %s TO continuum_readwrite', owned.name);
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM continuum_readwrite', owned.name);
            ELSIF owned.is_table THEN
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO continuum_readwrite', owned.name);
            END IF;
        END IF;
    END LOOP;

    IF to_regrole('continuum_readonly') IS NOT NULL THEN
        -- Unless somebody took it away, everybody has it.
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO continuum_readonly;
        END IF;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO continuum_readonly;
        IF to_regrole('continuum_owner') IS NOT NULL AND pg_has_role('continuum_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public
                GRANT SELECT ON TABLES TO continuum_readonly;
        END IF;
    END IF;

    IF to_regrole('continuum_readwrite') IS NOT NULL THEN
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO continuum_readwrite;
        END IF;
        GRANT EXECUTE ON FUNCTION public.create_activity_log_partitions(integer, integer) TO continuum_readwrite;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO continuum_readwrite;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT USAGE, SELECT ON SEQUENCES TO continuum_readwrite;
        IF to_regrole('continuum_owner') IS NOT NULL AND pg_has_role('continuum_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO continuum_readwrite;
            ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public
                GRANT USAGE, SELECT ON SEQUENCES TO continuum_readwrite;
        END IF;
    END IF;
END;
$$;

COMMENT ON FUNCTION grant_to_roles() IS
    'Gives the roles continuum_owner, continuum_migrator, continuum_readwrite and continuum_readonly, those that exist, what they need on everything that the caller owns, now and later. Safe to call again.';

REVOKE EXECUTE ON FUNCTION grant_to_roles() FROM PUBLIC;

-- Whoever only writes rows cannot make a partition, so the function does it with its
-- owner's rights; it only adds.
ALTER FUNCTION create_activity_log_partitions(integer, integer) SECURITY DEFINER;
REVOKE EXECUTE ON FUNCTION create_activity_log_partitions(integer, integer) FROM PUBLIC;

SELECT grant_to_roles();

COMMIT;
