-- The schema of codex after 0015_add_roles, made by `cargo xtask snapshot`. Do not edit.
-- Migrations: c335cba8c52e92768a3582a71194c289
--
-- An empty database loads it to the same schema.
-- Left out: table public.audit_log_????_??: create_audit_log_partitions() makes one for each month, from the day on which it runs.
-- Left out: table public.audit_log_history: it ends with the month in which audit_log was partitioned.
--
-- Rows that migrations insert, with a hash of the values that are always the same:
--   public.bible_books                                   66 rows  8b9c2abd4089f9a977f77429c5f42fe5
--   public.permissions                                   24 rows  e78c15aceed2f39ee9df4a4af6ed4df4
--   public.role_permissions                              62 rows  9f7cb68067dd5ae0bedd56e7f85d7599
--   public.roles                                          9 rows  3554fe7f339c05c43dfdb029f7ea77a8

SET check_function_bodies = off;

-- roles, which belong to the server

DO $do$ BEGIN CREATE ROLE codex_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE codex_readonly; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE codex_readwrite; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;

-- schema public

GRANT ALL ON SCHEMA public TO codex_owner;
GRANT USAGE ON SCHEMA public TO codex_readonly;
GRANT USAGE ON SCHEMA public TO codex_readwrite;

-- function public.check_bible_verse_reference()

CREATE OR REPLACE FUNCTION public.check_bible_verse_reference()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM public.bible_books AS book
        WHERE book.osis_code = NEW.osis_code
            AND book.chapter_count < NEW.end_chapter
    ) THEN
        RAISE EXCEPTION 'book % has no chapter %', NEW.osis_code, NEW.end_chapter
            USING ERRCODE = 'check_violation',
                TABLE = TG_TABLE_NAME,
                COLUMN = 'end_chapter';
    END IF;
    RETURN NEW;
END;
$function$;
COMMENT ON FUNCTION public.check_bible_verse_reference() IS 'Row trigger: refuses a reference to a chapter that its book does not have.';

-- function public.create_audit_log_partitions(integer)

CREATE OR REPLACE FUNCTION public.create_audit_log_partitions(months_ahead integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
    this_month timestamptz := pg_catalog.date_trunc('month', pg_catalog.now());
    first_month timestamptz;
    lower_bound timestamptz;
    upper_bound timestamptz;
    partition_name text;
    granted record;
    created_count integer := 0;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead must be between 0 and 120, not %', months_ahead
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtextextended('create_audit_log_partitions', 0)
    );

    -- Where audit_log_history ends.
    SELECT pg_catalog.substring(pg_catalog.pg_get_expr(relpartbound, oid), 'TO \(''([^'']+)''\)')
        INTO STRICT first_month
        FROM pg_catalog.pg_class
        WHERE oid = 'public.audit_log_history'::pg_catalog.regclass;

    FOR month_offset IN 0 .. months_ahead LOOP
        lower_bound := this_month + pg_catalog.make_interval(months => month_offset);
        upper_bound := this_month + pg_catalog.make_interval(months => month_offset + 1);
        partition_name := 'audit_log_' || pg_catalog.to_char(lower_bound, 'YYYY_MM');

        CONTINUE WHEN lower_bound < first_month OR EXISTS (
            SELECT 1
            FROM pg_catalog.pg_inherits AS link
            JOIN pg_catalog.pg_class AS child ON child.oid = link.inhrelid
            WHERE link.inhparent = 'public.audit_log'::pg_catalog.regclass
                AND child.relname = partition_name
        );

        EXECUTE pg_catalog.format(
            'CREATE TABLE public.%I (LIKE public.audit_log INCLUDING ALL EXCLUDING IDENTITY)',
            partition_name
        );
        EXECUTE pg_catalog.format(
            'COMMENT ON TABLE public.%I IS %L',
            partition_name,
            'Audit log of ' || pg_catalog.to_char(lower_bound, 'YYYY-MM') || ' (UTC).'
        );
        PERFORM pg_catalog.set_config('audit_log.maintenance', 'on', true);
        EXECUTE pg_catalog.format(
            'WITH moved AS ('
            '    DELETE FROM public.audit_log_default'
            '    WHERE occurred_at >= %L AND occurred_at < %L'
            '    RETURNING *'
            ') INSERT INTO public.%I SELECT * FROM moved',
            lower_bound, upper_bound, partition_name
        );
        PERFORM pg_catalog.set_config('audit_log.maintenance', '', true);
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_log_change()',
            partition_name || '_refuse_change', partition_name
        );
        EXECUTE pg_catalog.format(
            'ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            partition_name, lower_bound, upper_bound
        );

        -- Default privileges are for tables that applications use; this one they reach
        -- through the log.
        FOR granted IN
            SELECT DISTINCT acl.grantee::pg_catalog.regrole::text AS grantee
            FROM pg_catalog.pg_class AS child
            CROSS JOIN LATERAL pg_catalog.aclexplode(child.relacl) AS acl
            WHERE child.oid = pg_catalog.to_regclass('public.' || partition_name)
                AND acl.grantee NOT IN (0, child.relowner)
        LOOP
            EXECUTE pg_catalog.format('REVOKE ALL ON public.%I FROM %s', partition_name, granted.grantee);
        END LOOP;

        created_count := created_count + 1;
    END LOOP;

    RETURN created_count;
END;
$function$;
REVOKE EXECUTE ON FUNCTION public.create_audit_log_partitions(integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_audit_log_partitions(integer) TO codex_readwrite;
COMMENT ON FUNCTION public.create_audit_log_partitions(integer) IS 'Makes the missing monthly partitions of audit_log, from this month to months_ahead after it, moves rows of these months out of the default partition, and returns how many were made. Safe to call again.';

-- function public.expire_audit_log(integer)

CREATE OR REPLACE FUNCTION public.expire_audit_log(months_to_keep integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '5s'
AS $function$
DECLARE
    oldest_kept timestamptz;
    partition_name text;
    row_count bigint;
    removed_count bigint := 0;
BEGIN
    IF months_to_keep IS NULL OR months_to_keep NOT BETWEEN 12 AND 1200 THEN
        RAISE EXCEPTION 'months_to_keep must be between 12 and 1200, not %', months_to_keep
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    oldest_kept := pg_catalog.date_trunc('month', pg_catalog.now())
        - pg_catalog.make_interval(months => months_to_keep);

    FOR partition_name IN
        SELECT child.relname
        FROM pg_catalog.pg_inherits AS link
        JOIN pg_catalog.pg_class AS child ON child.oid = link.inhrelid
        WHERE link.inhparent = 'public.audit_log'::pg_catalog.regclass
            AND child.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
            AND child.relname < 'audit_log_' || pg_catalog.to_char(oldest_kept, 'YYYY_MM')
        ORDER BY child.relname
    LOOP
        EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM public.%I', partition_name)
            INTO row_count;
        EXECUTE pg_catalog.format('DROP TABLE public.%I', partition_name);
        removed_count := removed_count + row_count;
    END LOOP;

    PERFORM pg_catalog.set_config('audit_log.maintenance', 'on', true);
    DELETE FROM public.audit_log_history WHERE occurred_at < oldest_kept;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    removed_count := removed_count + row_count;

    DELETE FROM public.audit_log_default WHERE occurred_at < oldest_kept;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    removed_count := removed_count + row_count;
    PERFORM pg_catalog.set_config('audit_log.maintenance', '', true);

    IF removed_count > 0 THEN
        INSERT INTO public.audit_log (actor_kind, action_code, details)
        VALUES (
            'system',
            'audit_log.expire',
            pg_catalog.jsonb_build_object(
                'before', oldest_kept,
                'entries', removed_count,
                'database_role', session_user
            )
        );
    END IF;

    RETURN removed_count;
END;
$function$;
REVOKE EXECUTE ON FUNCTION public.expire_audit_log(integer) FROM PUBLIC;
COMMENT ON FUNCTION public.expire_audit_log(integer) IS 'Removes the audit log''s entries that are older than the given number of whole months, at least twelve, writes an entry about it, and returns how many were removed. For the job that carries out the policy on retention: GRANT EXECUTE to its login.';

-- function public.grant_to_roles()

CREATE OR REPLACE FUNCTION public.grant_to_roles()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
    owned record;
BEGIN
    IF to_regrole('codex_owner') IS NOT NULL THEN
        IF has_schema_privilege('public', 'CREATE WITH GRANT OPTION') THEN
            GRANT USAGE, CREATE ON SCHEMA public TO codex_owner;
        ELSIF NOT has_schema_privilege('codex_owner', 'public', 'CREATE') THEN
            RAISE WARNING '% may not let codex_owner create objects in schema public', current_user;
        END IF;

        IF to_regrole('codex_migrator') IS NOT NULL
            AND NOT pg_has_role('codex_migrator', 'codex_owner', 'MEMBER')
        THEN
            BEGIN
                GRANT codex_owner TO codex_migrator;
            EXCEPTION
                -- Another database's runner was first.
                WHEN unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE WARNING '% may not make codex_migrator a member of codex_owner', current_user;
            END;
        END IF;
    END IF;

    FOR owned IN
        SELECT
            oid::regclass AS name,
            relkind IN ('r', 'p') AND relname <> 'schema_migrations' AS is_table,
            relname IN ('audit_log', 'admin_task_history') AS is_evidence
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm')
            AND NOT relispartition
            AND relname <> 'refinery_schema_history'
            AND pg_has_role(relowner, 'USAGE')
        ORDER BY relname
    LOOP
        IF to_regrole('codex_readonly') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO codex_readonly', owned.name);
        END IF;
        IF to_regrole('codex_readwrite') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO codex_readwrite', owned.name);
            IF owned.is_evidence THEN
                EXECUTE format('GRANT INSERT ON %s TO codex_readwrite', owned.name);
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM codex_readwrite', owned.name);
            ELSIF owned.is_table THEN
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO codex_readwrite', owned.name);
            END IF;
        END IF;
    END LOOP;

    IF to_regrole('codex_readonly') IS NOT NULL THEN
        -- Unless somebody took it away, everybody has it.
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO codex_readonly;
        END IF;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO codex_readonly;
        IF to_regrole('codex_owner') IS NOT NULL AND pg_has_role('codex_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public
                GRANT SELECT ON TABLES TO codex_readonly;
        END IF;
    END IF;

    IF to_regrole('codex_readwrite') IS NOT NULL THEN
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO codex_readwrite;
        END IF;
        GRANT EXECUTE ON FUNCTION public.create_audit_log_partitions(integer) TO codex_readwrite;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO codex_readwrite;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT USAGE, SELECT ON SEQUENCES TO codex_readwrite;
        IF to_regrole('codex_owner') IS NOT NULL AND pg_has_role('codex_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO codex_readwrite;
            ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public
                GRANT USAGE, SELECT ON SEQUENCES TO codex_readwrite;
        END IF;
    END IF;
END;
$function$;
REVOKE EXECUTE ON FUNCTION public.grant_to_roles() FROM PUBLIC;
COMMENT ON FUNCTION public.grant_to_roles() IS 'Gives the roles codex_owner, codex_migrator, codex_readwrite and codex_readonly, those that exist, what they need on everything that the caller owns, now and later. Safe to call again.';

-- function public.record_admin_task_history()

CREATE OR REPLACE FUNCTION public.record_admin_task_history()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    INSERT INTO public.admin_task_history (task_id, event_kind, changed_by, changes)
    SELECT
        NEW.id,
        CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END,
        NULLIF(pg_catalog.current_setting('app.user_id', true), '')::pg_catalog.uuid,
        difference.changes
    FROM (
        SELECT pg_catalog.jsonb_object_agg(
            new_column.column_name,
            pg_catalog.jsonb_build_object('from', old_column.content, 'to', new_column.content)
        ) AS changes
        FROM pg_catalog.jsonb_each(pg_catalog.to_jsonb(NEW)) AS new_column (column_name, content)
        LEFT JOIN pg_catalog.jsonb_each(pg_catalog.to_jsonb(OLD)) AS old_column (column_name, content)
            ON old_column.column_name = new_column.column_name
        WHERE new_column.content IS DISTINCT FROM COALESCE(old_column.content, 'null')
            AND new_column.column_name <> 'updated_at'
    ) AS difference
    WHERE difference.changes IS NOT NULL;
    RETURN NULL;
END;
$function$;
COMMENT ON FUNCTION public.record_admin_task_history() IS 'AFTER row trigger: writes what changed in a task to admin_task_history.';

-- function public.refuse_audit_log_change()

CREATE OR REPLACE FUNCTION public.refuse_audit_log_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    -- The setting alone opens nothing: who has the rights of the table's owner could
    -- remove this trigger just as well.
    IF TG_OP = 'DELETE'
        AND pg_catalog.current_setting('audit_log.maintenance', true) = 'on'
        AND EXISTS (
            SELECT 1
            FROM pg_catalog.pg_class
            WHERE oid = TG_RELID
                AND pg_catalog.pg_has_role(relowner, 'USAGE')
        )
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            HINT = 'Correct a wrong entry by adding another one.';
END;
$function$;
COMMENT ON FUNCTION public.refuse_audit_log_change() IS 'Statement trigger of audit_log and its partitions: raises restrict_violation, except for the DELETE of the functions that maintain the partitions.';

-- function public.refuse_change()

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            HINT = 'Correct a wrong entry by adding another one.';
END;
$function$;
COMMENT ON FUNCTION public.refuse_change() IS 'Statement trigger of append-only tables: raises restrict_violation.';

-- function public.set_updated_at()

CREATE OR REPLACE FUNCTION public.set_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := pg_catalog.now();
    END IF;
    RETURN NEW;
END;
$function$;
COMMENT ON FUNCTION public.set_updated_at() IS 'BEFORE UPDATE row trigger: stamps updated_at when the row really changes.';

-- table public.admin_task_history

CREATE TABLE public.admin_task_history (
    id                           bigint NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.admin_task_history_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1 NO CYCLE),
    task_id                      uuid NOT NULL,
    event_kind                   text NOT NULL,
    changed_at                   timestamp with time zone NOT NULL DEFAULT now(),
    changed_by                   uuid,
    changes                      jsonb NOT NULL,
    CONSTRAINT admin_task_history_pkey PRIMARY KEY (id),
    CONSTRAINT admin_task_history_changes_check CHECK ((jsonb_typeof(changes) = 'object'::text)),
    CONSTRAINT admin_task_history_event_kind_check CHECK ((event_kind = ANY (ARRAY['created'::text, 'changed'::text])))
);
GRANT SELECT ON public.admin_task_history TO codex_readonly;
GRANT INSERT, SELECT ON public.admin_task_history TO codex_readwrite;
COMMENT ON TABLE public.admin_task_history IS 'Every change of a task, written by a trigger on admin_tasks. Append-only.';
COMMENT ON COLUMN public.admin_task_history.changed_by IS 'The user named by the transaction setting app.user_id (set_config with is_local); NULL when none was set.';
COMMENT ON COLUMN public.admin_task_history.changes IS 'One member per changed column: {"status": {"from": "open", "to": "in_progress"}}.';
CREATE INDEX admin_task_history_task_id_idx ON public.admin_task_history USING btree (task_id, id);
CREATE TRIGGER admin_task_history_refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.admin_task_history FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- table public.admin_tasks

CREATE TABLE public.admin_tasks (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    task_kind                    text NOT NULL,
    title                        text NOT NULL,
    description                  text,
    status                       text NOT NULL DEFAULT 'open'::text,
    priority                     smallint NOT NULL DEFAULT 3,
    assigned_to                  uuid,
    created_by                   uuid,
    subject_kind                 text,
    subject_id                   uuid,
    due_at                       timestamp with time zone,
    closed_at                    timestamp with time zone,
    resolution                   text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT admin_tasks_pkey PRIMARY KEY (id),
    CONSTRAINT admin_tasks_closed_check CHECK (((status = ANY (ARRAY['completed'::text, 'cancelled'::text])) = (closed_at IS NOT NULL))),
    CONSTRAINT admin_tasks_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 10000))),
    CONSTRAINT admin_tasks_priority_check CHECK (((priority >= 1) AND (priority <= 5))),
    CONSTRAINT admin_tasks_resolution_check CHECK (((resolution IS NULL) OR ((closed_at IS NOT NULL) AND ((char_length(resolution) >= 1) AND (char_length(resolution) <= 10000))))),
    CONSTRAINT admin_tasks_status_check CHECK ((status = ANY (ARRAY['open'::text, 'in_progress'::text, 'blocked'::text, 'completed'::text, 'cancelled'::text]))),
    CONSTRAINT admin_tasks_subject_check CHECK (((subject_kind IS NULL) = (subject_id IS NULL))),
    CONSTRAINT admin_tasks_subject_kind_check CHECK (((subject_kind ~ '^[a-z][a-z0-9_]*$'::text) AND (char_length(subject_kind) <= 63))),
    CONSTRAINT admin_tasks_task_kind_check CHECK (((task_kind ~ '^[a-z][a-z0-9_]*$'::text) AND (char_length(task_kind) <= 63))),
    CONSTRAINT admin_tasks_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
GRANT SELECT ON public.admin_tasks TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.admin_tasks TO codex_readwrite;
COMMENT ON TABLE public.admin_tasks IS 'Work for administrators, raised by people or by alarms. A task is cancelled, never deleted.';
COMMENT ON COLUMN public.admin_tasks.priority IS '1 is the most urgent, 5 the least.';
COMMENT ON COLUMN public.admin_tasks.subject_id IS 'What the task is about, often a row of another service; therefore a plain id.';
CREATE INDEX admin_tasks_assigned_to_idx ON public.admin_tasks USING btree (assigned_to, status);
CREATE INDEX admin_tasks_created_by_idx ON public.admin_tasks USING btree (created_by);
CREATE UNIQUE INDEX admin_tasks_open_subject_key ON public.admin_tasks USING btree (task_kind, subject_kind, subject_id) WHERE ((closed_at IS NULL) AND (subject_id IS NOT NULL));
CREATE INDEX admin_tasks_queue_idx ON public.admin_tasks USING btree (priority, due_at) WHERE (closed_at IS NULL);
CREATE TRIGGER admin_tasks_record_history AFTER INSERT OR UPDATE ON public.admin_tasks FOR EACH ROW EXECUTE FUNCTION public.record_admin_task_history();
CREATE TRIGGER admin_tasks_set_updated_at BEFORE UPDATE ON public.admin_tasks FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.audit_log

CREATE TABLE public.audit_log (
    id                           bigint NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.audit_log_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1 NO CYCLE),
    occurred_at                  timestamp with time zone NOT NULL DEFAULT now(),
    actor_kind                   text NOT NULL,
    actor_id                     uuid,
    action_code                  text NOT NULL,
    outcome                      text NOT NULL DEFAULT 'success'::text,
    subject_kind                 text,
    subject_id                   text,
    request_id                   uuid,
    ip_address                   inet,
    user_agent                   text,
    details                      jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT audit_log_pkey PRIMARY KEY (id, occurred_at),
    CONSTRAINT audit_log_action_code_check CHECK (((action_code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$'::text) AND (char_length(action_code) <= 100))),
    CONSTRAINT audit_log_actor_id_check CHECK (((actor_kind = ANY (ARRAY['user'::text, 'client'::text])) = (actor_id IS NOT NULL))),
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'client'::text, 'system'::text, 'anonymous'::text]))),
    CONSTRAINT audit_log_details_check CHECK ((jsonb_typeof(details) = 'object'::text)),
    CONSTRAINT audit_log_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'denied'::text, 'failure'::text]))),
    CONSTRAINT audit_log_subject_check CHECK (((subject_kind IS NULL) = (subject_id IS NULL))),
    CONSTRAINT audit_log_subject_id_check CHECK (((char_length(subject_id) >= 1) AND (char_length(subject_id) <= 200))),
    CONSTRAINT audit_log_subject_kind_check CHECK (((subject_kind ~ '^[a-z][a-z0-9_]*$'::text) AND (char_length(subject_kind) <= 63))),
    CONSTRAINT audit_log_user_agent_check CHECK ((char_length(user_agent) <= 500))
) PARTITION BY RANGE (occurred_at);
GRANT SELECT ON public.audit_log TO codex_readonly;
GRANT INSERT, SELECT ON public.audit_log TO codex_readwrite;
COMMENT ON TABLE public.audit_log IS 'Who did what to what, when and with what outcome, partitioned by month. Append-only; old months go by expire_audit_log. Holds ids, never names, tokens or other personal content, apart from the address and the user agent.';
COMMENT ON COLUMN public.audit_log.action_code IS 'What was attempted, as resource.verb, such as users.suspend.';
COMMENT ON COLUMN public.audit_log.actor_id IS 'users.id or oauth_clients.id, according to actor_kind; the row it names may be gone.';
COMMENT ON COLUMN public.audit_log.subject_id IS 'Key of the thing acted upon, as text, because not every key is a uuid.';
CREATE INDEX audit_log_actor_idx ON ONLY public.audit_log USING btree (actor_id, occurred_at) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_log_occurred_at_idx ON ONLY public.audit_log USING brin (occurred_at);
CREATE INDEX audit_log_refused_idx ON ONLY public.audit_log USING btree (action_code, occurred_at) WHERE (outcome <> 'success'::text);
CREATE INDEX audit_log_subject_idx ON ONLY public.audit_log USING btree (subject_kind, subject_id, occurred_at) WHERE (subject_id IS NOT NULL);
CREATE TRIGGER audit_log_refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_log_change();

-- table public.audit_log_default

CREATE TABLE public.audit_log_default (
    id                           bigint NOT NULL,
    occurred_at                  timestamp with time zone NOT NULL DEFAULT now(),
    actor_kind                   text NOT NULL,
    actor_id                     uuid,
    action_code                  text NOT NULL,
    outcome                      text NOT NULL DEFAULT 'success'::text,
    subject_kind                 text,
    subject_id                   text,
    request_id                   uuid,
    ip_address                   inet,
    user_agent                   text,
    details                      jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT audit_log_default_pkey PRIMARY KEY (id, occurred_at),
    CONSTRAINT audit_log_action_code_check CHECK (((action_code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$'::text) AND (char_length(action_code) <= 100))),
    CONSTRAINT audit_log_actor_id_check CHECK (((actor_kind = ANY (ARRAY['user'::text, 'client'::text])) = (actor_id IS NOT NULL))),
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'client'::text, 'system'::text, 'anonymous'::text]))),
    CONSTRAINT audit_log_details_check CHECK ((jsonb_typeof(details) = 'object'::text)),
    CONSTRAINT audit_log_outcome_check CHECK ((outcome = ANY (ARRAY['success'::text, 'denied'::text, 'failure'::text]))),
    CONSTRAINT audit_log_subject_check CHECK (((subject_kind IS NULL) = (subject_id IS NULL))),
    CONSTRAINT audit_log_subject_id_check CHECK (((char_length(subject_id) >= 1) AND (char_length(subject_id) <= 200))),
    CONSTRAINT audit_log_subject_kind_check CHECK (((subject_kind ~ '^[a-z][a-z0-9_]*$'::text) AND (char_length(subject_kind) <= 63))),
    CONSTRAINT audit_log_user_agent_check CHECK ((char_length(user_agent) <= 500))
);
COMMENT ON TABLE public.audit_log_default IS 'Entries of the audit log for which there is no month (yet). Should be empty.';
CREATE INDEX audit_log_default_action_code_occurred_at_idx ON public.audit_log_default USING btree (action_code, occurred_at) WHERE (outcome <> 'success'::text);
CREATE INDEX audit_log_default_actor_id_occurred_at_idx ON public.audit_log_default USING btree (actor_id, occurred_at) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_log_default_occurred_at_idx ON public.audit_log_default USING brin (occurred_at);
CREATE INDEX audit_log_default_subject_kind_subject_id_occurred_at_idx ON public.audit_log_default USING btree (subject_kind, subject_id, occurred_at) WHERE (subject_id IS NOT NULL);
CREATE TRIGGER audit_log_default_refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log_default FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_log_change();

-- table public.bible_books

CREATE TABLE public.bible_books (
    osis_code                    text NOT NULL,
    display_name                 text NOT NULL,
    testament                    text NOT NULL,
    canonical_order              smallint NOT NULL,
    chapter_count                smallint NOT NULL,
    CONSTRAINT bible_books_pkey PRIMARY KEY (osis_code),
    CONSTRAINT bible_books_canonical_order_key UNIQUE (canonical_order),
    CONSTRAINT bible_books_display_name_key UNIQUE (display_name),
    CONSTRAINT bible_books_canonical_order_check CHECK ((((testament = 'old'::text) = (canonical_order <= 39)) AND ((canonical_order >= 1) AND (canonical_order <= 66)))),
    CONSTRAINT bible_books_chapter_count_check CHECK (((chapter_count >= 1) AND (chapter_count <= 150))),
    CONSTRAINT bible_books_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 40))),
    CONSTRAINT bible_books_osis_code_check CHECK ((osis_code ~ '^[1-3]?[A-Z][A-Za-z]{1,6}$'::text)),
    CONSTRAINT bible_books_testament_check CHECK ((testament = ANY (ARRAY['old'::text, 'new'::text])))
);
GRANT SELECT ON public.bible_books TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bible_books TO codex_readwrite;
COMMENT ON TABLE public.bible_books IS 'The 66 books of the Protestant canon, in its order.';
COMMENT ON COLUMN public.bible_books.osis_code IS 'Abbreviation of the OSIS standard, such as Gen or 1Cor; case matters. The canonical code: by it all databases and services name a book.';

-- table public.bible_verse_references

CREATE TABLE public.bible_verse_references (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    osis_code                    text NOT NULL,
    start_chapter                smallint NOT NULL,
    start_verse                  smallint,
    end_chapter                  smallint NOT NULL,
    end_verse                    smallint,
    osis_ref                     text NOT NULL GENERATED ALWAYS AS (((((osis_code || '.'::text) || (start_chapter)::text) || COALESCE(('.'::text || (start_verse)::text), ''::text)) ||
CASE
    WHEN ((start_chapter = end_chapter) AND (NOT (start_verse IS DISTINCT FROM end_verse))) THEN ''::text
    ELSE (((('-'::text || osis_code) || '.'::text) || (end_chapter)::text) || COALESCE(('.'::text || (end_verse)::text), ''::text))
END)) STORED,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT bible_verse_references_pkey PRIMARY KEY (id),
    CONSTRAINT bible_verse_references_osis_ref_key UNIQUE (osis_ref),
    CONSTRAINT bible_verse_references_end_verse_check CHECK (((end_verse >= 1) AND (end_verse <= 176))),
    CONSTRAINT bible_verse_references_range_check CHECK (((end_chapter > start_chapter) OR ((end_chapter = start_chapter) AND (COALESCE((end_verse)::integer, 0) >= COALESCE((start_verse)::integer, 0))))),
    CONSTRAINT bible_verse_references_start_chapter_check CHECK ((start_chapter >= 1)),
    CONSTRAINT bible_verse_references_start_verse_check CHECK (((start_verse >= 1) AND (start_verse <= 176))),
    CONSTRAINT bible_verse_references_whole_chapter_check CHECK (((start_verse IS NULL) = (end_verse IS NULL)))
);
GRANT SELECT ON public.bible_verse_references TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bible_verse_references TO codex_readwrite;
COMMENT ON TABLE public.bible_verse_references IS 'Passages that content refers to: a verse, a range of verses or whole chapters of one book. Other services store the id or the osis_ref.';
COMMENT ON COLUMN public.bible_verse_references.osis_ref IS 'OSIS spelling, such as John.3.16, Ps.23 or Matt.5.3-Matt.5.12.';
COMMENT ON COLUMN public.bible_verse_references.start_verse IS 'NULL together with end_verse: whole chapters.';
CREATE INDEX bible_verse_references_passage_idx ON public.bible_verse_references USING btree (osis_code, start_chapter, end_chapter);
CREATE TRIGGER bible_verse_references_check_chapter BEFORE INSERT OR UPDATE ON public.bible_verse_references FOR EACH ROW EXECUTE FUNCTION public.check_bible_verse_reference();

-- table public.email_verification_tokens

CREATE TABLE public.email_verification_tokens (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    email                        text NOT NULL,
    token_hash                   bytea NOT NULL,
    requested_ip                 inet,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    used_at                      timestamp with time zone,
    revoked_at                   timestamp with time zone,
    CONSTRAINT email_verification_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT email_verification_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT email_verification_tokens_email_check CHECK (((char_length(email) <= 254) AND (email ~ '^[^@\s]+@[^@\s]+$'::text))),
    CONSTRAINT email_verification_tokens_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT email_verification_tokens_outcome_check CHECK (((used_at IS NULL) OR (revoked_at IS NULL))),
    CONSTRAINT email_verification_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
GRANT SELECT ON public.email_verification_tokens TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.email_verification_tokens TO codex_readwrite;
COMMENT ON TABLE public.email_verification_tokens IS 'Links that prove ownership of an e-mail address. Only the SHA-256 of the token is kept.';
COMMENT ON COLUMN public.email_verification_tokens.email IS 'The address being proven; for a change of address not yet the one in users.';
CREATE INDEX email_verification_tokens_expires_at_idx ON public.email_verification_tokens USING btree (expires_at);
CREATE UNIQUE INDEX email_verification_tokens_open_key ON public.email_verification_tokens USING btree (user_id) WHERE ((used_at IS NULL) AND (revoked_at IS NULL));
CREATE INDEX email_verification_tokens_user_id_idx ON public.email_verification_tokens USING btree (user_id);

-- table public.feature_flags

CREATE TABLE public.feature_flags (
    flag_key                     text NOT NULL,
    description                  text NOT NULL,
    owner_team                   text NOT NULL,
    is_enabled                   boolean NOT NULL DEFAULT false,
    rollout_percent              smallint NOT NULL DEFAULT 100,
    targeting                    jsonb NOT NULL DEFAULT '{}'::jsonb,
    review_on                    date,
    updated_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT feature_flags_pkey PRIMARY KEY (flag_key),
    CONSTRAINT feature_flags_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 1000))),
    CONSTRAINT feature_flags_flag_key_check CHECK (((flag_key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'::text) AND (char_length(flag_key) <= 100))),
    CONSTRAINT feature_flags_owner_team_check CHECK (((char_length(owner_team) >= 1) AND (char_length(owner_team) <= 80))),
    CONSTRAINT feature_flags_rollout_percent_check CHECK (((rollout_percent >= 0) AND (rollout_percent <= 100))),
    CONSTRAINT feature_flags_targeting_check CHECK ((jsonb_typeof(targeting) = 'object'::text))
);
GRANT SELECT ON public.feature_flags TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.feature_flags TO codex_readwrite;
COMMENT ON TABLE public.feature_flags IS 'Switches that services read at run time. Off unless is_enabled, and then on for rollout_percent of those whom targeting admits.';
COMMENT ON COLUMN public.feature_flags.review_on IS 'Day on which the owner decides whether the flag can go; NULL for a permanent switch.';
COMMENT ON COLUMN public.feature_flags.targeting IS 'Rules that narrow the audience; {} admits everyone.';
CREATE INDEX feature_flags_updated_by_idx ON public.feature_flags USING btree (updated_by);
CREATE TRIGGER feature_flags_set_updated_at BEFORE UPDATE ON public.feature_flags FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.oauth_authorization_codes

CREATE TABLE public.oauth_authorization_codes (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    code_hash                    bytea NOT NULL,
    client_id                    uuid NOT NULL,
    user_id                      uuid NOT NULL,
    redirect_uri                 text NOT NULL,
    scopes                       text[] NOT NULL,
    code_challenge               text NOT NULL,
    code_challenge_method        text NOT NULL DEFAULT 'S256'::text,
    nonce                        text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    consumed_at                  timestamp with time zone,
    CONSTRAINT oauth_authorization_codes_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_authorization_codes_code_hash_key UNIQUE (code_hash),
    CONSTRAINT oauth_authorization_codes_code_challenge_check CHECK ((code_challenge ~ '^[A-Za-z0-9_-]{43}$'::text)),
    CONSTRAINT oauth_authorization_codes_code_challenge_method_check CHECK ((code_challenge_method = 'S256'::text)),
    CONSTRAINT oauth_authorization_codes_code_hash_check CHECK ((octet_length(code_hash) = 32)),
    CONSTRAINT oauth_authorization_codes_expires_at_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '00:10:00'::interval))),
    CONSTRAINT oauth_authorization_codes_nonce_check CHECK (((char_length(nonce) >= 1) AND (char_length(nonce) <= 255))),
    CONSTRAINT oauth_authorization_codes_redirect_uri_check CHECK (((char_length(redirect_uri) >= 1) AND (char_length(redirect_uri) <= 2000))),
    CONSTRAINT oauth_authorization_codes_scopes_check CHECK ((array_position(scopes, NULL::text) IS NULL))
);
GRANT SELECT ON public.oauth_authorization_codes TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.oauth_authorization_codes TO codex_readwrite;
COMMENT ON TABLE public.oauth_authorization_codes IS 'Codes of the authorization code flow, always with PKCE. Only the SHA-256 of the code is kept.';
COMMENT ON COLUMN public.oauth_authorization_codes.consumed_at IS 'When the code was exchanged. A second attempt is a replay: the token family that came from the code is revoked.';
COMMENT ON COLUMN public.oauth_authorization_codes.redirect_uri IS 'As it stood in the request; the token request must repeat it.';
CREATE INDEX oauth_authorization_codes_client_id_idx ON public.oauth_authorization_codes USING btree (client_id);
CREATE INDEX oauth_authorization_codes_expires_at_idx ON public.oauth_authorization_codes USING btree (expires_at);
CREATE INDEX oauth_authorization_codes_user_id_idx ON public.oauth_authorization_codes USING btree (user_id);

-- table public.oauth_client_redirect_uris

CREATE TABLE public.oauth_client_redirect_uris (
    client_id                    uuid NOT NULL,
    redirect_uri                 text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT oauth_client_redirect_uris_pkey PRIMARY KEY (client_id, redirect_uri),
    CONSTRAINT oauth_client_redirect_uris_redirect_uri_check CHECK (((char_length(redirect_uri) <= 2000) AND (redirect_uri ~ '^(https://[^\s#/]+(/[^\s#]*)?|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[^\s#]*)?|[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/[^\s#]*)$'::text)))
);
GRANT SELECT ON public.oauth_client_redirect_uris TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.oauth_client_redirect_uris TO codex_readwrite;
COMMENT ON TABLE public.oauth_client_redirect_uris IS 'Addresses to which an authorization code may be sent. Compared exactly, except for the port of a loopback address.';

-- table public.oauth_clients

CREATE TABLE public.oauth_clients (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    client_identifier            text NOT NULL,
    display_name                 text NOT NULL,
    client_kind                  text NOT NULL,
    secret_hash                  text,
    grant_types                  text[] NOT NULL,
    allowed_scopes               text[] NOT NULL,
    access_token_seconds         integer NOT NULL DEFAULT 900,
    refresh_token_seconds        integer NOT NULL DEFAULT 2592000,
    is_first_party               boolean NOT NULL DEFAULT false,
    disabled_at                  timestamp with time zone,
    created_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT oauth_clients_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_clients_client_identifier_key UNIQUE (client_identifier),
    CONSTRAINT oauth_clients_access_token_seconds_check CHECK (((access_token_seconds >= 60) AND (access_token_seconds <= 86400))),
    CONSTRAINT oauth_clients_allowed_scopes_check CHECK (((cardinality(allowed_scopes) > 0) AND (array_position(allowed_scopes, NULL::text) IS NULL))),
    CONSTRAINT oauth_clients_client_credentials_check CHECK (((client_kind = 'confidential'::text) OR (NOT (grant_types @> ARRAY['client_credentials'::text])))),
    CONSTRAINT oauth_clients_client_identifier_check CHECK ((client_identifier ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,99}$'::text)),
    CONSTRAINT oauth_clients_client_kind_check CHECK ((client_kind = ANY (ARRAY['confidential'::text, 'public'::text]))),
    CONSTRAINT oauth_clients_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 120))),
    CONSTRAINT oauth_clients_grant_types_check CHECK (((cardinality(grant_types) > 0) AND (grant_types <@ ARRAY['authorization_code'::text, 'refresh_token'::text, 'client_credentials'::text]))),
    CONSTRAINT oauth_clients_refresh_token_seconds_check CHECK (((refresh_token_seconds >= 3600) AND (refresh_token_seconds <= 31536000))),
    CONSTRAINT oauth_clients_secret_check CHECK (((client_kind = 'confidential'::text) = (secret_hash IS NOT NULL))),
    CONSTRAINT oauth_clients_secret_hash_check CHECK (((secret_hash ~ '^\$[a-z0-9-]+\$'::text) AND ((char_length(secret_hash) >= 50) AND (char_length(secret_hash) <= 500))))
);
GRANT SELECT ON public.oauth_clients TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.oauth_clients TO codex_readwrite;
COMMENT ON TABLE public.oauth_clients IS 'Applications that may ask for tokens on behalf of users or, with client credentials, for themselves.';
COMMENT ON COLUMN public.oauth_clients.client_identifier IS 'The public client_id of the protocol.';
COMMENT ON COLUMN public.oauth_clients.disabled_at IS 'From then on no code or token is issued or refreshed for this client.';
COMMENT ON COLUMN public.oauth_clients.is_first_party IS 'Belongs to the platform: the consent page is skipped.';
COMMENT ON COLUMN public.oauth_clients.secret_hash IS 'Self-describing hash string of the client secret; NULL exactly for public clients.';
CREATE INDEX oauth_clients_created_by_idx ON public.oauth_clients USING btree (created_by);
CREATE TRIGGER oauth_clients_set_updated_at BEFORE UPDATE ON public.oauth_clients FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.oauth_refresh_token_families

CREATE TABLE public.oauth_refresh_token_families (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id                    uuid NOT NULL,
    user_id                      uuid NOT NULL,
    authorization_code_id        uuid,
    scopes                       text[] NOT NULL,
    device_label                 text,
    created_ip                   inet,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    last_used_at                 timestamp with time zone,
    revoked_at                   timestamp with time zone,
    revoke_reason                text,
    CONSTRAINT oauth_refresh_token_families_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_refresh_token_families_authorization_code_id_key UNIQUE (authorization_code_id),
    CONSTRAINT oauth_refresh_token_families_device_label_check CHECK (((char_length(device_label) >= 1) AND (char_length(device_label) <= 200))),
    CONSTRAINT oauth_refresh_token_families_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT oauth_refresh_token_families_revoke_reason_check CHECK ((revoke_reason = ANY (ARRAY['sign_out'::text, 'token_reuse'::text, 'code_replay'::text, 'credentials_changed'::text, 'administrator'::text, 'client_disabled'::text]))),
    CONSTRAINT oauth_refresh_token_families_revoked_check CHECK (((revoked_at IS NULL) = (revoke_reason IS NULL))),
    CONSTRAINT oauth_refresh_token_families_scopes_check CHECK ((array_position(scopes, NULL::text) IS NULL))
);
GRANT SELECT ON public.oauth_refresh_token_families TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.oauth_refresh_token_families TO codex_readwrite;
COMMENT ON TABLE public.oauth_refresh_token_families IS 'One sign-in and all refresh tokens that descend from it by rotation. A token is good only while its family is neither revoked nor expired.';
COMMENT ON COLUMN public.oauth_refresh_token_families.expires_at IS 'The person must sign in again after this, however active the session was.';
COMMENT ON COLUMN public.oauth_refresh_token_families.revoke_reason IS 'token_reuse and code_replay mean that a copy was presented: treat as theft.';
CREATE INDEX oauth_refresh_token_families_client_id_idx ON public.oauth_refresh_token_families USING btree (client_id);
CREATE INDEX oauth_refresh_token_families_expires_at_idx ON public.oauth_refresh_token_families USING btree (expires_at);
CREATE INDEX oauth_refresh_token_families_token_reuse_idx ON public.oauth_refresh_token_families USING btree (revoked_at) WHERE (revoke_reason = ANY (ARRAY['token_reuse'::text, 'code_replay'::text]));
CREATE INDEX oauth_refresh_token_families_user_id_idx ON public.oauth_refresh_token_families USING btree (user_id);

-- table public.oauth_refresh_tokens

CREATE TABLE public.oauth_refresh_tokens (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    family_id                    uuid NOT NULL,
    generation                   integer NOT NULL,
    token_hash                   bytea NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    used_at                      timestamp with time zone,
    CONSTRAINT oauth_refresh_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_refresh_tokens_family_id_generation_key UNIQUE (family_id, generation),
    CONSTRAINT oauth_refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT oauth_refresh_tokens_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT oauth_refresh_tokens_generation_check CHECK ((generation >= 1)),
    CONSTRAINT oauth_refresh_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
GRANT SELECT ON public.oauth_refresh_tokens TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.oauth_refresh_tokens TO codex_readwrite;
COMMENT ON TABLE public.oauth_refresh_tokens IS 'Every refresh token of a family, as a SHA-256. Used ones stay until the family is deleted: without them reuse could not be told from nonsense.';
COMMENT ON COLUMN public.oauth_refresh_tokens.generation IS '1 for the first token of a family; each rotation adds one, so the predecessor is generation - 1.';
COMMENT ON COLUMN public.oauth_refresh_tokens.used_at IS 'When the token was exchanged for its successor; NULL for the one that is still good.';
CREATE UNIQUE INDEX oauth_refresh_tokens_unused_key ON public.oauth_refresh_tokens USING btree (family_id) WHERE (used_at IS NULL);

-- table public.password_reset_tokens

CREATE TABLE public.password_reset_tokens (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    token_hash                   bytea NOT NULL,
    requested_ip                 inet,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    used_at                      timestamp with time zone,
    revoked_at                   timestamp with time zone,
    CONSTRAINT password_reset_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT password_reset_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT password_reset_tokens_expires_at_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '24:00:00'::interval))),
    CONSTRAINT password_reset_tokens_outcome_check CHECK (((used_at IS NULL) OR (revoked_at IS NULL))),
    CONSTRAINT password_reset_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);
GRANT SELECT ON public.password_reset_tokens TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.password_reset_tokens TO codex_readwrite;
COMMENT ON TABLE public.password_reset_tokens IS 'Links that allow a new password to be set. Only the SHA-256 of the token is kept; at most one is open per user.';
CREATE INDEX password_reset_tokens_expires_at_idx ON public.password_reset_tokens USING btree (expires_at);
CREATE UNIQUE INDEX password_reset_tokens_open_key ON public.password_reset_tokens USING btree (user_id) WHERE ((used_at IS NULL) AND (revoked_at IS NULL));
CREATE INDEX password_reset_tokens_user_id_idx ON public.password_reset_tokens USING btree (user_id);

-- table public.permissions

CREATE TABLE public.permissions (
    code                         text NOT NULL,
    description                  text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT permissions_pkey PRIMARY KEY (code),
    CONSTRAINT permissions_code_check CHECK (((code ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'::text) AND (char_length(code) <= 100))),
    CONSTRAINT permissions_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500)))
);
GRANT SELECT ON public.permissions TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.permissions TO codex_readwrite;
COMMENT ON TABLE public.permissions IS 'Everything that program code can ask leave for, as resource.verb.';

-- table public.persona_categories

CREATE TABLE public.persona_categories (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    slug                         text NOT NULL,
    display_name                 text NOT NULL,
    description                  text,
    sort_order                   integer NOT NULL DEFAULT 0,
    is_active                    boolean NOT NULL DEFAULT true,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT persona_categories_pkey PRIMARY KEY (id),
    CONSTRAINT persona_categories_slug_key UNIQUE (slug),
    CONSTRAINT persona_categories_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 1000))),
    CONSTRAINT persona_categories_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 120))),
    CONSTRAINT persona_categories_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 80)))
);
GRANT SELECT ON public.persona_categories TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.persona_categories TO codex_readwrite;
COMMENT ON TABLE public.persona_categories IS 'Shelves under which personas are offered. Sorted by sort_order, then by name.';
CREATE TRIGGER persona_categories_set_updated_at BEFORE UPDATE ON public.persona_categories FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.persona_tag_assignments

CREATE TABLE public.persona_tag_assignments (
    persona_id                   uuid NOT NULL,
    tag_id                       uuid NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT persona_tag_assignments_pkey PRIMARY KEY (persona_id, tag_id)
);
GRANT SELECT ON public.persona_tag_assignments TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.persona_tag_assignments TO codex_readwrite;
COMMENT ON TABLE public.persona_tag_assignments IS 'Which persona carries which tag.';
CREATE INDEX persona_tag_assignments_tag_id_idx ON public.persona_tag_assignments USING btree (tag_id);

-- table public.persona_tags

CREATE TABLE public.persona_tags (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    slug                         text NOT NULL,
    display_name                 text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT persona_tags_pkey PRIMARY KEY (id),
    CONSTRAINT persona_tags_slug_key UNIQUE (slug),
    CONSTRAINT persona_tags_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 80))),
    CONSTRAINT persona_tags_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 80)))
);
GRANT SELECT ON public.persona_tags TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.persona_tags TO codex_readwrite;
COMMENT ON TABLE public.persona_tags IS 'Free keywords for finding personas across categories.';

-- table public.personas

CREATE TABLE public.personas (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    category_id                  uuid NOT NULL,
    slug                         text NOT NULL,
    display_name                 text NOT NULL,
    summary                      text NOT NULL,
    instructions                 text NOT NULL,
    locale                       text NOT NULL DEFAULT 'en'::text,
    status                       text NOT NULL DEFAULT 'draft'::text,
    published_at                 timestamp with time zone,
    retired_at                   timestamp with time zone,
    created_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT personas_pkey PRIMARY KEY (id),
    CONSTRAINT personas_slug_key UNIQUE (slug),
    CONSTRAINT personas_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 120))),
    CONSTRAINT personas_instructions_check CHECK (((char_length(instructions) >= 1) AND (char_length(instructions) <= 50000))),
    CONSTRAINT personas_locale_check CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(locale) <= 35))),
    CONSTRAINT personas_published_check CHECK (((status <> 'published'::text) OR (published_at IS NOT NULL))),
    CONSTRAINT personas_retired_check CHECK (((status = 'retired'::text) = (retired_at IS NOT NULL))),
    CONSTRAINT personas_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 80))),
    CONSTRAINT personas_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'retired'::text]))),
    CONSTRAINT personas_summary_check CHECK (((char_length(summary) >= 1) AND (char_length(summary) <= 1000)))
);
GRANT SELECT ON public.personas TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.personas TO codex_readwrite;
COMMENT ON TABLE public.personas IS 'Characters that answer people. Other services store the id, so a persona is retired, not deleted.';
COMMENT ON COLUMN public.personas.instructions IS 'What the language model is told about who it is; never shown to people.';
COMMENT ON COLUMN public.personas.published_at IS 'First publication; kept when the persona is retired.';
CREATE INDEX personas_category_id_idx ON public.personas USING btree (category_id);
CREATE INDEX personas_created_by_idx ON public.personas USING btree (created_by);
CREATE INDEX personas_published_idx ON public.personas USING btree (category_id, display_name) WHERE (status = 'published'::text);
CREATE TRIGGER personas_set_updated_at BEFORE UPDATE ON public.personas FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.platform_settings

CREATE TABLE public.platform_settings (
    setting_key                  text NOT NULL,
    setting_value                jsonb NOT NULL,
    value_kind                   text NOT NULL,
    description                  text NOT NULL,
    is_public                    boolean NOT NULL DEFAULT false,
    updated_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT platform_settings_pkey PRIMARY KEY (setting_key),
    CONSTRAINT platform_settings_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 1000))),
    CONSTRAINT platform_settings_setting_key_check CHECK (((setting_key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'::text) AND (char_length(setting_key) <= 100))),
    CONSTRAINT platform_settings_setting_value_check CHECK ((jsonb_typeof(setting_value) = value_kind)),
    CONSTRAINT platform_settings_value_kind_check CHECK ((value_kind = ANY (ARRAY['string'::text, 'number'::text, 'boolean'::text, 'array'::text, 'object'::text])))
);
GRANT SELECT ON public.platform_settings TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.platform_settings TO codex_readwrite;
COMMENT ON TABLE public.platform_settings IS 'Settings that hold for the whole platform. Never credentials: those belong to the environment.';
COMMENT ON COLUMN public.platform_settings.is_public IS 'May be sent to browsers and applications.';
COMMENT ON COLUMN public.platform_settings.value_kind IS 'The JSON type that readers rely on; a value of another type is refused.';
CREATE INDEX platform_settings_updated_by_idx ON public.platform_settings USING btree (updated_by);
CREATE TRIGGER platform_settings_set_updated_at BEFORE UPDATE ON public.platform_settings FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.role_permissions

CREATE TABLE public.role_permissions (
    role_id                      uuid NOT NULL,
    permission_code              text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_code)
);
GRANT SELECT ON public.role_permissions TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.role_permissions TO codex_readwrite;
COMMENT ON TABLE public.role_permissions IS 'Which role carries which permission.';
CREATE INDEX role_permissions_permission_code_idx ON public.role_permissions USING btree (permission_code);

-- table public.roles

CREATE TABLE public.roles (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    code                         text NOT NULL,
    display_name                 text NOT NULL,
    description                  text NOT NULL,
    is_system                    boolean NOT NULL DEFAULT false,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT roles_pkey PRIMARY KEY (id),
    CONSTRAINT roles_code_key UNIQUE (code),
    CONSTRAINT roles_code_check CHECK ((code ~ '^[a-z][a-z0-9_]{1,62}$'::text)),
    CONSTRAINT roles_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500))),
    CONSTRAINT roles_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 120)))
);
GRANT SELECT ON public.roles TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.roles TO codex_readwrite;
COMMENT ON TABLE public.roles IS 'Named bundles of permissions that are given to users.';
COMMENT ON COLUMN public.roles.is_system IS 'Delivered with the platform: administrators may assign it, but neither rename nor delete it.';
CREATE TRIGGER roles_set_updated_at BEFORE UPDATE ON public.roles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.safety_thresholds

CREATE TABLE public.safety_thresholds (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    risk_category                text NOT NULL,
    persona_id                   uuid,
    warn_score                   numeric(4,3) NOT NULL,
    block_score                  numeric(4,3) NOT NULL,
    escalate_score               numeric(4,3),
    rationale                    text NOT NULL,
    is_active                    boolean NOT NULL DEFAULT true,
    updated_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT safety_thresholds_pkey PRIMARY KEY (id),
    CONSTRAINT safety_thresholds_escalate_score_check CHECK (((escalate_score >= (0)::numeric) AND (escalate_score <= (1)::numeric))),
    CONSTRAINT safety_thresholds_rationale_check CHECK (((char_length(rationale) >= 1) AND (char_length(rationale) <= 1000))),
    CONSTRAINT safety_thresholds_risk_category_check CHECK ((risk_category = ANY (ARRAY['self_harm'::text, 'violence'::text, 'sexual_content'::text, 'minor_safety'::text, 'hate'::text, 'harassment'::text, 'spiritual_abuse'::text, 'medical_advice'::text, 'personal_data'::text]))),
    CONSTRAINT safety_thresholds_scores_check CHECK (((warn_score >= (0)::numeric) AND (warn_score <= block_score) AND (block_score <= (1)::numeric)))
);
GRANT SELECT ON public.safety_thresholds TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.safety_thresholds TO codex_readwrite;
COMMENT ON TABLE public.safety_thresholds IS 'Scores from which an answer is flagged, withheld or handed to a person. A rule for a persona overrides the one for the platform.';
COMMENT ON COLUMN public.safety_thresholds.block_score IS 'Probability from which the answer is withheld.';
COMMENT ON COLUMN public.safety_thresholds.escalate_score IS 'Probability from which a person is called in; NULL for never. Independent of blocking: someone in danger is to be helped, not silenced.';
COMMENT ON COLUMN public.safety_thresholds.persona_id IS 'NULL: holds for the whole platform.';
COMMENT ON COLUMN public.safety_thresholds.warn_score IS 'Classifier probability, 0 to 1, from which an answer is flagged for review.';
CREATE INDEX safety_thresholds_persona_id_idx ON public.safety_thresholds USING btree (persona_id);
CREATE UNIQUE INDEX safety_thresholds_persona_key ON public.safety_thresholds USING btree (persona_id, risk_category) WHERE (is_active AND (persona_id IS NOT NULL));
CREATE UNIQUE INDEX safety_thresholds_platform_key ON public.safety_thresholds USING btree (risk_category) WHERE (is_active AND (persona_id IS NULL));
CREATE INDEX safety_thresholds_updated_by_idx ON public.safety_thresholds USING btree (updated_by);
CREATE TRIGGER safety_thresholds_set_updated_at BEFORE UPDATE ON public.safety_thresholds FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.two_factor_methods

CREATE TABLE public.two_factor_methods (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    method_kind                  text NOT NULL,
    label                        text NOT NULL,
    secret_ciphertext            bytea,
    secret_key_id                text,
    last_accepted_step           bigint,
    credential_id                bytea,
    public_key                   bytea,
    sign_count                   bigint,
    is_preferred                 boolean NOT NULL DEFAULT false,
    confirmed_at                 timestamp with time zone,
    last_used_at                 timestamp with time zone,
    disabled_at                  timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT two_factor_methods_pkey PRIMARY KEY (id),
    CONSTRAINT two_factor_methods_credential_id_key UNIQUE (credential_id),
    CONSTRAINT two_factor_methods_credential_id_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
    CONSTRAINT two_factor_methods_is_preferred_check CHECK (((NOT is_preferred) OR ((confirmed_at IS NOT NULL) AND (disabled_at IS NULL)))),
    CONSTRAINT two_factor_methods_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 80))),
    CONSTRAINT two_factor_methods_method_kind_check CHECK ((method_kind = ANY (ARRAY['totp'::text, 'webauthn'::text]))),
    CONSTRAINT two_factor_methods_public_key_check CHECK (((octet_length(public_key) >= 1) AND (octet_length(public_key) <= 2048))),
    CONSTRAINT two_factor_methods_secret_ciphertext_check CHECK (((octet_length(secret_ciphertext) >= 32) AND (octet_length(secret_ciphertext) <= 512))),
    CONSTRAINT two_factor_methods_secret_key_id_check CHECK (((char_length(secret_key_id) >= 1) AND (char_length(secret_key_id) <= 100))),
    CONSTRAINT two_factor_methods_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint))),
    CONSTRAINT two_factor_methods_totp_check CHECK ((((method_kind = 'totp'::text) = (secret_ciphertext IS NOT NULL)) AND ((method_kind = 'totp'::text) = (secret_key_id IS NOT NULL)) AND ((method_kind = 'totp'::text) OR (last_accepted_step IS NULL)))),
    CONSTRAINT two_factor_methods_webauthn_check CHECK ((((method_kind = 'webauthn'::text) = (credential_id IS NOT NULL)) AND ((method_kind = 'webauthn'::text) = (public_key IS NOT NULL)) AND ((method_kind = 'webauthn'::text) = (sign_count IS NOT NULL))))
);
GRANT SELECT ON public.two_factor_methods TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.two_factor_methods TO codex_readwrite;
COMMENT ON TABLE public.two_factor_methods IS 'Second factors of a user. Counts for sign-in once confirmed and while not disabled.';
COMMENT ON COLUMN public.two_factor_methods.last_accepted_step IS 'TOTP time step of the last accepted code; codes of this step or earlier are refused (replay).';
COMMENT ON COLUMN public.two_factor_methods.secret_ciphertext IS 'TOTP seed. It must be computed with, so it cannot be a hash: it is encrypted by the application, and the key is not in this database.';
COMMENT ON COLUMN public.two_factor_methods.secret_key_id IS 'Which key of the key service encrypted the seed.';
COMMENT ON COLUMN public.two_factor_methods.sign_count IS 'WebAuthn signature counter; one that does not grow points to a cloned key.';
CREATE UNIQUE INDEX two_factor_methods_preferred_key ON public.two_factor_methods USING btree (user_id) WHERE is_preferred;
CREATE UNIQUE INDEX two_factor_methods_totp_key ON public.two_factor_methods USING btree (user_id) WHERE ((method_kind = 'totp'::text) AND (disabled_at IS NULL));
CREATE INDEX two_factor_methods_user_id_idx ON public.two_factor_methods USING btree (user_id);
CREATE TRIGGER two_factor_methods_set_updated_at BEFORE UPDATE ON public.two_factor_methods FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.two_factor_recovery_codes

CREATE TABLE public.two_factor_recovery_codes (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    code_hash                    bytea NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    used_at                      timestamp with time zone,
    CONSTRAINT two_factor_recovery_codes_pkey PRIMARY KEY (id),
    CONSTRAINT two_factor_recovery_codes_user_id_code_hash_key UNIQUE (user_id, code_hash),
    CONSTRAINT two_factor_recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);
GRANT SELECT ON public.two_factor_recovery_codes TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.two_factor_recovery_codes TO codex_readwrite;
COMMENT ON TABLE public.two_factor_recovery_codes IS 'One-time codes for a person who lost every second factor. A new set replaces the old one.';
COMMENT ON COLUMN public.two_factor_recovery_codes.code_hash IS 'HMAC-SHA-256 with a key outside this database: the codes are short enough to be guessed from a plain hash.';

-- table public.user_erasures

CREATE TABLE public.user_erasures (
    user_id                      uuid NOT NULL,
    service_name                 text NOT NULL,
    requested_at                 timestamp with time zone NOT NULL DEFAULT now(),
    attempt_count                integer NOT NULL DEFAULT 0,
    last_error                   text,
    erased_at                    timestamp with time zone,
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_erasures_pkey PRIMARY KEY (user_id, service_name),
    CONSTRAINT user_erasures_attempt_count_check CHECK ((attempt_count >= 0)),
    CONSTRAINT user_erasures_erased_check CHECK (((erased_at IS NULL) OR (last_error IS NULL))),
    CONSTRAINT user_erasures_last_error_check CHECK (((char_length(last_error) >= 1) AND (char_length(last_error) <= 2000))),
    CONSTRAINT user_erasures_service_name_check CHECK ((service_name ~ '^[a-z][a-z0-9_]{1,62}$'::text))
);
GRANT SELECT ON public.user_erasures TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.user_erasures TO codex_readwrite;
COMMENT ON TABLE public.user_erasures IS 'One row per deleted account and service that held data of it: the proof that the service erased it, or the work still to do.';
COMMENT ON COLUMN public.user_erasures.erased_at IS 'When the service confirmed; NULL while it has not.';
COMMENT ON COLUMN public.user_erasures.user_id IS 'The former users.id; a plain id, since that row is gone.';
CREATE INDEX user_erasures_pending_idx ON public.user_erasures USING btree (requested_at) WHERE (erased_at IS NULL);
CREATE TRIGGER user_erasures_set_updated_at BEFORE UPDATE ON public.user_erasures FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.user_roles

CREATE TABLE public.user_roles (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    role_id                      uuid NOT NULL,
    scope_kind                   text NOT NULL DEFAULT 'platform'::text,
    scope_id                     uuid,
    valid_from                   timestamp with time zone NOT NULL DEFAULT now(),
    valid_until                  timestamp with time zone,
    granted_by                   uuid,
    grant_reason                 text,
    revoked_at                   timestamp with time zone,
    revoked_by                   uuid,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_roles_pkey PRIMARY KEY (id),
    CONSTRAINT user_roles_grant_reason_check CHECK (((char_length(grant_reason) >= 1) AND (char_length(grant_reason) <= 1000))),
    CONSTRAINT user_roles_revoked_by_check CHECK (((revoked_by IS NULL) OR (revoked_at IS NOT NULL))),
    CONSTRAINT user_roles_scope_id_check CHECK (((scope_kind = 'platform'::text) = (scope_id IS NULL))),
    CONSTRAINT user_roles_scope_kind_check CHECK ((scope_kind = ANY (ARRAY['platform'::text, 'ministry'::text, 'persona'::text]))),
    CONSTRAINT user_roles_valid_until_check CHECK ((valid_until > valid_from))
);
GRANT SELECT ON public.user_roles TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.user_roles TO codex_readwrite;
COMMENT ON TABLE public.user_roles IS 'Which user holds which role, where and for how long. Rows are revoked, not deleted, so that past authority stays explicable.';
COMMENT ON COLUMN public.user_roles.scope_id IS 'The ministry or persona in which the role holds; NULL for the whole platform. A plain id: a ministry is a row of another service.';
COMMENT ON COLUMN public.user_roles.valid_until IS 'The role is held until then (exclusive); NULL for no end.';
CREATE INDEX user_roles_granted_by_idx ON public.user_roles USING btree (granted_by);
CREATE UNIQUE INDEX user_roles_platform_key ON public.user_roles USING btree (user_id, role_id) WHERE ((revoked_at IS NULL) AND (scope_id IS NULL));
CREATE INDEX user_roles_revoked_by_idx ON public.user_roles USING btree (revoked_by);
CREATE INDEX user_roles_role_id_idx ON public.user_roles USING btree (role_id);
CREATE INDEX user_roles_scope_idx ON public.user_roles USING btree (scope_kind, scope_id) WHERE ((revoked_at IS NULL) AND (scope_id IS NOT NULL));
CREATE UNIQUE INDEX user_roles_scoped_key ON public.user_roles USING btree (user_id, role_id, scope_kind, scope_id) WHERE ((revoked_at IS NULL) AND (scope_id IS NOT NULL));
CREATE INDEX user_roles_user_id_idx ON public.user_roles USING btree (user_id);
CREATE TRIGGER user_roles_set_updated_at BEFORE UPDATE ON public.user_roles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.users

CREATE TABLE public.users (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    email                        text NOT NULL,
    email_verified_at            timestamp with time zone,
    display_name                 text NOT NULL,
    password_hash                text,
    status                       text NOT NULL DEFAULT 'pending'::text,
    suspended_at                 timestamp with time zone,
    suspension_reason            text,
    failed_login_count           integer NOT NULL DEFAULT 0,
    last_failed_login_at         timestamp with time zone,
    locked_until                 timestamp with time zone,
    last_login_at                timestamp with time zone,
    locale                       text NOT NULL DEFAULT 'en'::text,
    time_zone                    text NOT NULL DEFAULT 'UTC'::text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    deletion_requested_at        timestamp with time zone,
    deletion_due_at              timestamp with time zone,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_active_check CHECK (((status <> 'active'::text) OR (email_verified_at IS NOT NULL))),
    CONSTRAINT users_deletion_check CHECK ((((deletion_requested_at IS NULL) = (deletion_due_at IS NULL)) AND ((deletion_due_at IS NULL) OR (deletion_due_at > deletion_requested_at)))),
    CONSTRAINT users_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 120))),
    CONSTRAINT users_email_check CHECK (((char_length(email) <= 254) AND (email ~ '^[^@\s]+@[^@\s]+$'::text))),
    CONSTRAINT users_failed_login_count_check CHECK ((failed_login_count >= 0)),
    CONSTRAINT users_locale_check CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(locale) <= 35))),
    CONSTRAINT users_password_hash_check CHECK (((password_hash ~ '^\$[a-z0-9-]+\$'::text) AND ((char_length(password_hash) >= 50) AND (char_length(password_hash) <= 500)))),
    CONSTRAINT users_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'active'::text, 'suspended'::text, 'closed'::text]))),
    CONSTRAINT users_suspended_check CHECK (((status = 'suspended'::text) = (suspended_at IS NOT NULL))),
    CONSTRAINT users_suspension_reason_check CHECK (((suspension_reason IS NULL) OR ((suspended_at IS NOT NULL) AND ((char_length(suspension_reason) >= 1) AND (char_length(suspension_reason) <= 1000))))),
    CONSTRAINT users_time_zone_check CHECK (((char_length(time_zone) >= 1) AND (char_length(time_zone) <= 64)))
);
GRANT SELECT ON public.users TO codex_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.users TO codex_readwrite;
COMMENT ON TABLE public.users IS 'People who can sign in. The id is what every other service stores to refer to a person.';
COMMENT ON COLUMN public.users.deletion_due_at IS 'When the account will be deleted: the end of the period of grace.';
COMMENT ON COLUMN public.users.deletion_requested_at IS 'When the person asked for deletion; set back to NULL when they change their mind.';
COMMENT ON COLUMN public.users.email IS 'As the person wrote it; unique without regard to case. Replaced only after the new address is verified.';
COMMENT ON COLUMN public.users.failed_login_count IS 'Failures since the last success; reset to 0 by a successful sign-in.';
COMMENT ON COLUMN public.users.locked_until IS 'Sign-in is refused until then, after too many failures. Temporary, unlike a suspension.';
COMMENT ON COLUMN public.users.password_hash IS 'Self-describing hash string; NULL for an account that has no password.';
COMMENT ON COLUMN public.users.status IS 'pending: not yet verified; active: may sign in; suspended: by an administrator; closed: by the person.';
COMMENT ON COLUMN public.users.time_zone IS 'IANA time zone name.';
CREATE INDEX users_deletion_due_at_idx ON public.users USING btree (deletion_due_at) WHERE (deletion_due_at IS NOT NULL);
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (lower(email));
CREATE INDEX users_status_created_at_idx ON public.users USING btree (status, created_at);
CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- view public.active_user_permissions

CREATE OR REPLACE VIEW public.active_user_permissions AS
 SELECT DISTINCT user_roles.user_id,
    role_permissions.permission_code,
    user_roles.scope_kind,
    user_roles.scope_id
   FROM ((public.user_roles
     JOIN public.users ON ((users.id = user_roles.user_id)))
     JOIN public.role_permissions ON ((role_permissions.role_id = user_roles.role_id)))
  WHERE ((users.status = 'active'::text) AND (user_roles.revoked_at IS NULL) AND (user_roles.valid_from <= now()) AND ((user_roles.valid_until IS NULL) OR (user_roles.valid_until > now())));
GRANT SELECT ON public.active_user_permissions TO codex_readonly;
GRANT SELECT ON public.active_user_permissions TO codex_readwrite;
COMMENT ON VIEW public.active_user_permissions IS 'The permissions that active users hold at this moment, with their scope.';

-- table public.admin_task_history

ALTER TABLE public.admin_task_history ADD CONSTRAINT admin_task_history_task_id_fkey FOREIGN KEY (task_id) REFERENCES public.admin_tasks(id) ON DELETE RESTRICT;

-- table public.admin_tasks

ALTER TABLE public.admin_tasks ADD CONSTRAINT admin_tasks_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE public.admin_tasks ADD CONSTRAINT admin_tasks_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.bible_verse_references

ALTER TABLE public.bible_verse_references ADD CONSTRAINT bible_verse_references_osis_code_fkey FOREIGN KEY (osis_code) REFERENCES public.bible_books(osis_code) ON DELETE RESTRICT;

-- table public.email_verification_tokens

ALTER TABLE public.email_verification_tokens ADD CONSTRAINT email_verification_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.feature_flags

ALTER TABLE public.feature_flags ADD CONSTRAINT feature_flags_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.oauth_authorization_codes

ALTER TABLE public.oauth_authorization_codes ADD CONSTRAINT oauth_authorization_codes_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;
ALTER TABLE public.oauth_authorization_codes ADD CONSTRAINT oauth_authorization_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.oauth_client_redirect_uris

ALTER TABLE public.oauth_client_redirect_uris ADD CONSTRAINT oauth_client_redirect_uris_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;

-- table public.oauth_clients

ALTER TABLE public.oauth_clients ADD CONSTRAINT oauth_clients_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.oauth_refresh_token_families

ALTER TABLE public.oauth_refresh_token_families ADD CONSTRAINT oauth_refresh_token_families_authorization_code_id_fkey FOREIGN KEY (authorization_code_id) REFERENCES public.oauth_authorization_codes(id) ON DELETE SET NULL;
ALTER TABLE public.oauth_refresh_token_families ADD CONSTRAINT oauth_refresh_token_families_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.oauth_clients(id) ON DELETE CASCADE;
ALTER TABLE public.oauth_refresh_token_families ADD CONSTRAINT oauth_refresh_token_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.oauth_refresh_tokens

ALTER TABLE public.oauth_refresh_tokens ADD CONSTRAINT oauth_refresh_tokens_family_id_fkey FOREIGN KEY (family_id) REFERENCES public.oauth_refresh_token_families(id) ON DELETE CASCADE;

-- table public.password_reset_tokens

ALTER TABLE public.password_reset_tokens ADD CONSTRAINT password_reset_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.persona_tag_assignments

ALTER TABLE public.persona_tag_assignments ADD CONSTRAINT persona_tag_assignments_persona_id_fkey FOREIGN KEY (persona_id) REFERENCES public.personas(id) ON DELETE CASCADE;
ALTER TABLE public.persona_tag_assignments ADD CONSTRAINT persona_tag_assignments_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.persona_tags(id) ON DELETE CASCADE;

-- table public.personas

ALTER TABLE public.personas ADD CONSTRAINT personas_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.persona_categories(id) ON DELETE RESTRICT;
ALTER TABLE public.personas ADD CONSTRAINT personas_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.platform_settings

ALTER TABLE public.platform_settings ADD CONSTRAINT platform_settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.role_permissions

ALTER TABLE public.role_permissions ADD CONSTRAINT role_permissions_permission_code_fkey FOREIGN KEY (permission_code) REFERENCES public.permissions(code) ON DELETE RESTRICT;
ALTER TABLE public.role_permissions ADD CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;

-- table public.safety_thresholds

ALTER TABLE public.safety_thresholds ADD CONSTRAINT safety_thresholds_persona_id_fkey FOREIGN KEY (persona_id) REFERENCES public.personas(id) ON DELETE CASCADE;
ALTER TABLE public.safety_thresholds ADD CONSTRAINT safety_thresholds_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id) ON DELETE SET NULL;

-- table public.two_factor_methods

ALTER TABLE public.two_factor_methods ADD CONSTRAINT two_factor_methods_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.two_factor_recovery_codes

ALTER TABLE public.two_factor_recovery_codes ADD CONSTRAINT two_factor_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.user_roles

ALTER TABLE public.user_roles ADD CONSTRAINT user_roles_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE public.user_roles ADD CONSTRAINT user_roles_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE public.user_roles ADD CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE RESTRICT;
ALTER TABLE public.user_roles ADD CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

-- table public.audit_log_default

ALTER TABLE public.audit_log ATTACH PARTITION public.audit_log_default DEFAULT;

-- default privileges FOR ROLE codex_owner IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO codex_readwrite;

-- default privileges FOR ROLE codex_owner IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public GRANT SELECT ON TABLES TO codex_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE codex_owner IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO codex_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO codex_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO codex_readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO codex_readwrite;
