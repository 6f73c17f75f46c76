-- The schema of continuum after 0024_add_roles, made by `cargo xtask snapshot`. Do not edit.
-- Migrations: 6f8587f6eaaa5d2edaa0b04ea41dbece
--
-- An empty database loads it to the same schema.
-- Left out: table public.activity_log_????_??: create_activity_log_partitions() makes one for each month, from the day on which it runs.
--
-- Rows that migrations insert, with a hash of the values that are always the same:
--   public.subscription_plan_prices                       7 rows  bebd26572c6f70a3f443b98316d263b0
--   public.subscription_plans                             4 rows  da208b2d598e19805bb1d891bd4bcb5e

SET check_function_bodies = off;

-- roles, which belong to the server

DO $do$ BEGIN CREATE ROLE continuum_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE continuum_readonly; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE continuum_readwrite; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;

-- schema public

GRANT ALL ON SCHEMA public TO continuum_owner;
GRANT USAGE ON SCHEMA public TO continuum_readonly;
GRANT USAGE ON SCHEMA public TO continuum_readwrite;

-- function public.create_activity_log_partitions(integer,integer)

CREATE OR REPLACE FUNCTION public.create_activity_log_partitions(months_ahead integer, months_back integer DEFAULT 0)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
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
$function$;
REVOKE EXECUTE ON FUNCTION public.create_activity_log_partitions(integer,integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_activity_log_partitions(integer,integer) TO continuum_readwrite;
COMMENT ON FUNCTION public.create_activity_log_partitions(integer,integer) IS 'Makes the missing monthly partitions of activity_log from months_back before this month to months_ahead after it, moves rows of these months out of the default partition, and returns how many were made. Safe to call again.';

-- function public.grant_to_roles()

CREATE OR REPLACE FUNCTION public.grant_to_roles()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
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
$function$;
REVOKE EXECUTE ON FUNCTION public.grant_to_roles() FROM PUBLIC;
COMMENT ON FUNCTION public.grant_to_roles() IS 'Gives the roles continuum_owner, continuum_migrator, continuum_readwrite and continuum_readonly, those that exist, what they need on everything that the caller owns, now and later. Safe to call again.';

-- function public.register_invoice_number()

CREATE OR REPLACE FUNCTION public.register_invoice_number()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
BEGIN
    -- On a distributed table this runs for a shard, which has a name of its own: there the
    -- foreign key alone decides.
    IF TG_TABLE_NAME <> 'invoices' THEN
        RETURN NEW;
    END IF;

    INSERT INTO public.invoice_numbers (invoice_number, user_id)
    VALUES (NEW.invoice_number, NEW.user_id)
    ON CONFLICT (invoice_number) DO NOTHING;

    IF EXISTS (
        SELECT 1
        FROM public.invoice_numbers
        WHERE invoice_number = NEW.invoice_number
            AND user_id <> NEW.user_id
    ) THEN
        RAISE EXCEPTION 'invoice number % was given to another user', NEW.invoice_number
            USING ERRCODE = 'unique_violation',
                TABLE = 'invoice_numbers',
                CONSTRAINT = 'invoice_numbers_pkey';
    END IF;

    RETURN NEW;
END;
$function$;
COMMENT ON FUNCTION public.register_invoice_number() IS 'BEFORE row trigger: enters the number of an invoice into invoice_numbers, and refuses one that another user has. Does nothing on a distributed table.';

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

-- table public.activity_log

CREATE TABLE public.activity_log (
    user_id                      uuid NOT NULL,
    occurred_at                  timestamp with time zone NOT NULL DEFAULT now(),
    activity_id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    activity_type                text NOT NULL,
    subject_type                 text,
    subject_id                   uuid,
    session_id                   uuid,
    device_id                    uuid,
    ip_address                   inet,
    details                      jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT activity_log_pkey PRIMARY KEY (user_id, occurred_at, activity_id),
    CONSTRAINT activity_log_activity_type_check CHECK ((activity_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text)),
    CONSTRAINT activity_log_details_check CHECK ((jsonb_typeof(details) = 'object'::text)),
    CONSTRAINT activity_log_subject_check CHECK (((subject_type IS NULL) = (subject_id IS NULL))),
    CONSTRAINT activity_log_subject_type_check CHECK ((subject_type ~ '^[a-z][a-z0-9_]{0,49}$'::text))
) PARTITION BY RANGE (occurred_at);
GRANT SELECT ON public.activity_log TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.activity_log TO continuum_readwrite;
COMMENT ON TABLE public.activity_log IS 'What users did and when, partitioned by month. Rows are added and, with their month, dropped; they are not changed. Distributed by user_id.';
COMMENT ON COLUMN public.activity_log.activity_type IS 'What happened, such as session.started or post.created.';
COMMENT ON COLUMN public.activity_log.subject_type IS 'With subject_id: what it happened to, here or in another database; both NULL if nothing in particular.';
CREATE INDEX activity_log_subject_idx ON ONLY public.activity_log USING btree (subject_id, occurred_at DESC) WHERE (subject_id IS NOT NULL);

-- table public.activity_log_default

CREATE TABLE public.activity_log_default (
    user_id                      uuid NOT NULL,
    occurred_at                  timestamp with time zone NOT NULL DEFAULT now(),
    activity_id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    activity_type                text NOT NULL,
    subject_type                 text,
    subject_id                   uuid,
    session_id                   uuid,
    device_id                    uuid,
    ip_address                   inet,
    details                      jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT activity_log_default_pkey PRIMARY KEY (user_id, occurred_at, activity_id),
    CONSTRAINT activity_log_activity_type_check CHECK ((activity_type ~ '^[a-z][a-z0-9_.]{0,99}$'::text)),
    CONSTRAINT activity_log_details_check CHECK ((jsonb_typeof(details) = 'object'::text)),
    CONSTRAINT activity_log_subject_check CHECK (((subject_type IS NULL) = (subject_id IS NULL))),
    CONSTRAINT activity_log_subject_type_check CHECK ((subject_type ~ '^[a-z][a-z0-9_]{0,49}$'::text))
);
COMMENT ON TABLE public.activity_log_default IS 'Activity for which there is no monthly partition (yet). Should be empty.';
CREATE INDEX activity_log_default_subject_id_occurred_at_idx ON public.activity_log_default USING btree (subject_id, occurred_at DESC) WHERE (subject_id IS NOT NULL);

-- table public.bookmarks

CREATE TABLE public.bookmarks (
    user_id                      uuid NOT NULL,
    bookmark_id                  uuid NOT NULL DEFAULT gen_random_uuid(),
    content_type                 text NOT NULL,
    content_id                   uuid NOT NULL,
    locator                      text NOT NULL DEFAULT ''::text,
    folder                       text,
    note                         text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT bookmarks_pkey PRIMARY KEY (user_id, bookmark_id),
    CONSTRAINT bookmarks_user_id_content_key UNIQUE (user_id, content_type, content_id, locator),
    CONSTRAINT bookmarks_content_type_check CHECK ((content_type ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT bookmarks_folder_check CHECK (((char_length(folder) >= 1) AND (char_length(folder) <= 100))),
    CONSTRAINT bookmarks_locator_check CHECK ((char_length(locator) <= 200)),
    CONSTRAINT bookmarks_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 10000)))
);
GRANT SELECT ON public.bookmarks TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bookmarks TO continuum_readwrite;
COMMENT ON TABLE public.bookmarks IS 'Places that a user marked in a piece of content. Distributed by user_id.';
COMMENT ON COLUMN public.bookmarks.locator IS 'The place within the content, such as a verse or a paragraph; empty for the content as a whole. Never NULL, so that the unique constraint also holds for whole pieces.';
CREATE INDEX bookmarks_user_id_created_at_idx ON public.bookmarks USING btree (user_id, created_at DESC);
CREATE TRIGGER bookmarks_set_updated_at BEFORE UPDATE ON public.bookmarks FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.communities

CREATE TABLE public.communities (
    community_id                 uuid NOT NULL DEFAULT gen_random_uuid(),
    slug                         text NOT NULL,
    display_name                 text NOT NULL,
    description                  text NOT NULL DEFAULT ''::text,
    visibility                   text NOT NULL DEFAULT 'public'::text,
    created_by                   uuid,
    archived_at                  timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT communities_pkey PRIMARY KEY (community_id),
    CONSTRAINT communities_slug_key UNIQUE (slug),
    CONSTRAINT communities_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT communities_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 100))),
    CONSTRAINT communities_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 100))),
    CONSTRAINT communities_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text, 'hidden'::text])))
);
GRANT SELECT ON public.communities TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.communities TO continuum_readwrite;
COMMENT ON TABLE public.communities IS 'Groups of users who meet on discussion boards. Reference table.';
COMMENT ON COLUMN public.communities.archived_at IS 'When it was closed. Its boards can still be read, so communities are archived and not deleted.';
COMMENT ON COLUMN public.communities.created_by IS 'The user who founded it; NULL once that account is erased.';
COMMENT ON COLUMN public.communities.visibility IS 'public: anyone reads; private: anyone sees that it exists, members read; hidden: only members see it.';
CREATE INDEX communities_directory_idx ON public.communities USING btree (display_name) WHERE ((visibility <> 'hidden'::text) AND (archived_at IS NULL));
CREATE TRIGGER communities_set_updated_at BEFORE UPDATE ON public.communities FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.community_memberships

CREATE TABLE public.community_memberships (
    user_id                      uuid NOT NULL,
    community_id                 uuid NOT NULL,
    member_role                  text NOT NULL DEFAULT 'member'::text,
    status                       text NOT NULL DEFAULT 'requested'::text,
    joined_at                    timestamp with time zone,
    left_at                      timestamp with time zone,
    banned_at                    timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT community_memberships_pkey PRIMARY KEY (user_id, community_id),
    CONSTRAINT community_memberships_authority_check CHECK (((member_role = 'member'::text) OR (status = ANY (ARRAY['invited'::text, 'active'::text])))),
    CONSTRAINT community_memberships_banned_check CHECK (((status = 'banned'::text) = (banned_at IS NOT NULL))),
    CONSTRAINT community_memberships_joined_check CHECK (((status <> 'active'::text) OR (joined_at IS NOT NULL))),
    CONSTRAINT community_memberships_left_check CHECK (((status = 'left'::text) = (left_at IS NOT NULL))),
    CONSTRAINT community_memberships_member_role_check CHECK ((member_role = ANY (ARRAY['member'::text, 'moderator'::text, 'owner'::text]))),
    CONSTRAINT community_memberships_status_check CHECK ((status = ANY (ARRAY['invited'::text, 'requested'::text, 'active'::text, 'left'::text, 'banned'::text])))
);
GRANT SELECT ON public.community_memberships TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.community_memberships TO continuum_readwrite;
COMMENT ON TABLE public.community_memberships IS 'Which user belongs to which community, one row for each pair, whatever became of it. Distributed by user_id.';
COMMENT ON COLUMN public.community_memberships.joined_at IS 'When the user last became an active member; NULL if never.';
CREATE INDEX community_memberships_community_id_status_idx ON public.community_memberships USING btree (community_id, status, member_role);
CREATE TRIGGER community_memberships_set_updated_at BEFORE UPDATE ON public.community_memberships FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.discussion_boards

CREATE TABLE public.discussion_boards (
    board_id                     uuid NOT NULL DEFAULT gen_random_uuid(),
    community_id                 uuid NOT NULL,
    slug                         text NOT NULL,
    title                        text NOT NULL,
    description                  text NOT NULL DEFAULT ''::text,
    sort_order                   smallint NOT NULL DEFAULT 0,
    posting_policy               text NOT NULL DEFAULT 'members'::text,
    archived_at                  timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT discussion_boards_pkey PRIMARY KEY (board_id),
    CONSTRAINT discussion_boards_community_id_slug_key UNIQUE (community_id, slug),
    CONSTRAINT discussion_boards_description_check CHECK ((char_length(description) <= 2000)),
    CONSTRAINT discussion_boards_posting_policy_check CHECK ((posting_policy = ANY (ARRAY['members'::text, 'moderators'::text, 'nobody'::text]))),
    CONSTRAINT discussion_boards_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 100))),
    CONSTRAINT discussion_boards_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 100)))
);
GRANT SELECT ON public.discussion_boards TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.discussion_boards TO continuum_readwrite;
COMMENT ON TABLE public.discussion_boards IS 'Boards of a community; each holds threads of posts. Reference table.';
COMMENT ON COLUMN public.discussion_boards.posting_policy IS 'Who may start threads and reply: members, moderators (announcements) or nobody (locked).';
CREATE TRIGGER discussion_boards_set_updated_at BEFORE UPDATE ON public.discussion_boards FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.invoice_lines

CREATE TABLE public.invoice_lines (
    user_id                      uuid NOT NULL,
    invoice_id                   uuid NOT NULL,
    line_number                  smallint NOT NULL,
    plan_code                    text,
    description                  text NOT NULL,
    quantity                     integer NOT NULL DEFAULT 1,
    unit_amount_cents            bigint NOT NULL,
    amount_cents                 bigint NOT NULL,
    service_started_at           timestamp with time zone,
    service_ends_at              timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (user_id, invoice_id, line_number),
    CONSTRAINT invoice_lines_amount_cents_check CHECK ((amount_cents = (quantity * unit_amount_cents))),
    CONSTRAINT invoice_lines_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500))),
    CONSTRAINT invoice_lines_line_number_check CHECK ((line_number >= 1)),
    CONSTRAINT invoice_lines_quantity_check CHECK ((quantity >= 1)),
    CONSTRAINT invoice_lines_service_period_check CHECK ((((service_started_at IS NULL) = (service_ends_at IS NULL)) AND ((service_ends_at IS NULL) OR (service_ends_at > service_started_at))))
);
GRANT SELECT ON public.invoice_lines TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.invoice_lines TO continuum_readwrite;
COMMENT ON TABLE public.invoice_lines IS 'What an invoice charges for, in the invoice''s currency. Distributed by user_id.';
COMMENT ON COLUMN public.invoice_lines.plan_code IS 'The plan that the line charges for; NULL for anything else.';
COMMENT ON COLUMN public.invoice_lines.unit_amount_cents IS 'Price of one unit before tax; negative for a discount or a credit.';
CREATE INDEX invoice_lines_plan_code_idx ON public.invoice_lines USING btree (plan_code);

-- table public.invoice_numbers

CREATE TABLE public.invoice_numbers (
    invoice_number               text NOT NULL,
    user_id                      uuid NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT invoice_numbers_pkey PRIMARY KEY (invoice_number),
    CONSTRAINT invoice_numbers_user_id_invoice_number_key UNIQUE (user_id, invoice_number),
    CONSTRAINT invoice_numbers_invoice_number_check CHECK (((char_length(invoice_number) >= 1) AND (char_length(invoice_number) <= 50)))
);
GRANT SELECT ON public.invoice_numbers TO continuum_readonly;
GRANT INSERT, SELECT ON public.invoice_numbers TO continuum_readwrite;
COMMENT ON TABLE public.invoice_numbers IS 'Numbers of invoices that were given, and to whom. Rows are added and never changed or deleted. Reference table.';
COMMENT ON COLUMN public.invoice_numbers.user_id IS 'The user whose invoice has the number. Kept with the invoices when the account is erased.';

-- table public.invoices

CREATE TABLE public.invoices (
    user_id                      uuid NOT NULL,
    invoice_id                   uuid NOT NULL DEFAULT gen_random_uuid(),
    subscription_id              uuid,
    payment_method_id            uuid,
    invoice_number               text,
    status                       text NOT NULL DEFAULT 'draft'::text,
    currency                     text NOT NULL,
    subtotal_cents               bigint NOT NULL DEFAULT 0,
    tax_cents                    bigint NOT NULL DEFAULT 0,
    total_cents                  bigint NOT NULL DEFAULT 0,
    paid_cents                   bigint NOT NULL DEFAULT 0,
    issued_at                    timestamp with time zone,
    due_at                       timestamp with time zone,
    paid_at                      timestamp with time zone,
    voided_at                    timestamp with time zone,
    provider                     text,
    provider_reference           text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT invoices_pkey PRIMARY KEY (user_id, invoice_id),
    CONSTRAINT invoices_user_id_invoice_number_key UNIQUE (user_id, invoice_number),
    CONSTRAINT invoices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoices_due_at_check CHECK ((due_at >= issued_at)),
    CONSTRAINT invoices_invoice_number_check CHECK (((char_length(invoice_number) >= 1) AND (char_length(invoice_number) <= 50))),
    CONSTRAINT invoices_issue_check CHECK ((((status = 'draft'::text) = (issued_at IS NULL)) AND ((issued_at IS NULL) = (invoice_number IS NULL)))),
    CONSTRAINT invoices_paid_cents_check CHECK (((paid_cents >= 0) AND (paid_cents <= total_cents))),
    CONSTRAINT invoices_payment_check CHECK ((((status = 'paid'::text) = (paid_at IS NOT NULL)) AND ((status <> 'paid'::text) OR (paid_cents = total_cents)))),
    CONSTRAINT invoices_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT invoices_provider_pair_check CHECK (((provider IS NULL) = (provider_reference IS NULL))),
    CONSTRAINT invoices_provider_reference_check CHECK (((char_length(provider_reference) >= 1) AND (char_length(provider_reference) <= 255))),
    CONSTRAINT invoices_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'open'::text, 'paid'::text, 'uncollectible'::text, 'void'::text]))),
    CONSTRAINT invoices_subtotal_cents_check CHECK ((subtotal_cents >= 0)),
    CONSTRAINT invoices_tax_cents_check CHECK ((tax_cents >= 0)),
    CONSTRAINT invoices_total_cents_check CHECK ((total_cents = (subtotal_cents + tax_cents))),
    CONSTRAINT invoices_void_check CHECK (((status = 'void'::text) = (voided_at IS NOT NULL)))
);
GRANT SELECT ON public.invoices TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.invoices TO continuum_readwrite;
COMMENT ON TABLE public.invoices IS 'Invoices to users. An issued invoice is voided, never deleted: the law asks for it to be kept. Distributed by user_id.';
COMMENT ON COLUMN public.invoices.invoice_number IS 'Printed number, given when issued; NULL for a draft. Unique in the whole platform: see invoice_numbers.';
COMMENT ON COLUMN public.invoices.payment_method_id IS 'The method that was charged; NULL until then.';
COMMENT ON COLUMN public.invoices.subscription_id IS 'NULL for a one-time purchase.';
COMMENT ON COLUMN public.invoices.subtotal_cents IS 'Sum of the lines, discounts included, before tax.';
CREATE INDEX invoices_invoice_number_idx ON public.invoices USING btree (invoice_number) WHERE (invoice_number IS NOT NULL);
CREATE INDEX invoices_open_due_at_idx ON public.invoices USING btree (due_at) WHERE (status = 'open'::text);
CREATE INDEX invoices_provider_reference_idx ON public.invoices USING btree (provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE INDEX invoices_user_id_issued_at_idx ON public.invoices USING btree (user_id, issued_at DESC);
CREATE INDEX invoices_user_id_payment_method_id_idx ON public.invoices USING btree (user_id, payment_method_id);
CREATE UNIQUE INDEX invoices_user_id_provider_reference_key ON public.invoices USING btree (user_id, provider, provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE INDEX invoices_user_id_subscription_id_idx ON public.invoices USING btree (user_id, subscription_id);
CREATE TRIGGER invoices_register_number BEFORE INSERT OR UPDATE OF user_id, invoice_number ON public.invoices FOR EACH ROW WHEN ((new.invoice_number IS NOT NULL)) EXECUTE FUNCTION public.register_invoice_number();
CREATE TRIGGER invoices_set_updated_at BEFORE UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.notification_preferences

CREATE TABLE public.notification_preferences (
    user_id                      uuid NOT NULL,
    notification_type            text NOT NULL,
    in_app_enabled               boolean NOT NULL DEFAULT true,
    email_enabled                boolean NOT NULL DEFAULT true,
    push_enabled                 boolean NOT NULL DEFAULT false,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, notification_type),
    CONSTRAINT notification_preferences_notification_type_check CHECK ((notification_type ~ '^[a-z][a-z0-9_]{0,49}$'::text))
);
GRANT SELECT ON public.notification_preferences TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.notification_preferences TO continuum_readwrite;
COMMENT ON TABLE public.notification_preferences IS 'How a user wants each type of notification delivered; a missing row means the defaults. Distributed by user_id.';
CREATE TRIGGER notification_preferences_set_updated_at BEFORE UPDATE ON public.notification_preferences FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.notifications

CREATE TABLE public.notifications (
    user_id                      uuid NOT NULL,
    notification_id              uuid NOT NULL DEFAULT gen_random_uuid(),
    notification_type            text NOT NULL,
    title                        text NOT NULL,
    body                         text,
    link_path                    text,
    payload                      jsonb NOT NULL DEFAULT '{}'::jsonb,
    dedupe_key                   text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    read_at                      timestamp with time zone,
    dismissed_at                 timestamp with time zone,
    priority                     text NOT NULL DEFAULT 'normal'::text,
    expires_at                   timestamp with time zone,
    CONSTRAINT notifications_pkey PRIMARY KEY (user_id, notification_id),
    CONSTRAINT notifications_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 2000))),
    CONSTRAINT notifications_dedupe_key_check CHECK (((char_length(dedupe_key) >= 1) AND (char_length(dedupe_key) <= 200))),
    CONSTRAINT notifications_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT notifications_link_path_check CHECK (((link_path ~ '^/([^/]|$)'::text) AND (char_length(link_path) <= 2000))),
    CONSTRAINT notifications_notification_type_check CHECK ((notification_type ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT notifications_payload_check CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT notifications_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'urgent'::text]))),
    CONSTRAINT notifications_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
GRANT SELECT ON public.notifications TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.notifications TO continuum_readwrite;
COMMENT ON TABLE public.notifications IS 'Messages shown to a user in the application. Distributed by user_id.';
COMMENT ON COLUMN public.notifications.dedupe_key IS 'Names the event behind the notification, so that an event delivered twice notifies once. NULL: never deduplicated.';
COMMENT ON COLUMN public.notifications.expires_at IS 'After this the notification is no longer shown, and a job deletes it. NULL: it stays.';
COMMENT ON COLUMN public.notifications.link_path IS 'Where a click leads: a path on the platform, never another site.';
COMMENT ON COLUMN public.notifications.priority IS 'urgent notifications are shown first; low ones are never pushed.';
CREATE INDEX notifications_expires_at_idx ON public.notifications USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX notifications_unread_idx ON public.notifications USING btree (user_id, created_at DESC) WHERE ((read_at IS NULL) AND (dismissed_at IS NULL));
CREATE INDEX notifications_user_id_created_at_idx ON public.notifications USING btree (user_id, created_at DESC);
CREATE UNIQUE INDEX notifications_user_id_dedupe_key_key ON public.notifications USING btree (user_id, dedupe_key) WHERE (dedupe_key IS NOT NULL);

-- table public.payment_methods

CREATE TABLE public.payment_methods (
    user_id                      uuid NOT NULL,
    payment_method_id            uuid NOT NULL DEFAULT gen_random_uuid(),
    provider                     text NOT NULL,
    provider_reference           text NOT NULL,
    method_type                  text NOT NULL,
    brand                        text,
    last_four                    text,
    expiry_month                 smallint,
    expiry_year                  smallint,
    is_preferred                 boolean NOT NULL DEFAULT false,
    detached_at                  timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT payment_methods_pkey PRIMARY KEY (user_id, payment_method_id),
    CONSTRAINT payment_methods_user_id_provider_reference_key UNIQUE (user_id, provider, provider_reference),
    CONSTRAINT payment_methods_brand_check CHECK (((char_length(brand) >= 1) AND (char_length(brand) <= 50))),
    CONSTRAINT payment_methods_card_check CHECK (((method_type <> 'card'::text) OR ((last_four IS NOT NULL) AND (expiry_month IS NOT NULL) AND (expiry_year IS NOT NULL)))),
    CONSTRAINT payment_methods_expiry_month_check CHECK (((expiry_month >= 1) AND (expiry_month <= 12))),
    CONSTRAINT payment_methods_expiry_year_check CHECK (((expiry_year >= 2000) AND (expiry_year <= 2100))),
    CONSTRAINT payment_methods_is_preferred_check CHECK (((NOT is_preferred) OR (detached_at IS NULL))),
    CONSTRAINT payment_methods_last_four_check CHECK ((last_four ~ '^[0-9]{4}$'::text)),
    CONSTRAINT payment_methods_method_type_check CHECK ((method_type = ANY (ARRAY['card'::text, 'bank_account'::text, 'wallet'::text]))),
    CONSTRAINT payment_methods_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT payment_methods_provider_reference_check CHECK (((char_length(provider_reference) >= 1) AND (char_length(provider_reference) <= 255)))
);
GRANT SELECT ON public.payment_methods TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.payment_methods TO continuum_readwrite;
COMMENT ON TABLE public.payment_methods IS 'How a user pays. Holds nothing that could be charged without the provider: no card number, no account number. Distributed by user_id.';
COMMENT ON COLUMN public.payment_methods.detached_at IS 'When the user removed the method. Subscriptions and invoices still refer to it, so it is detached and not deleted.';
COMMENT ON COLUMN public.payment_methods.provider_reference IS 'The provider''s identifier of the method. Not a secret: it is useless without the platform''s own credentials, and needed in plain text to charge.';
CREATE UNIQUE INDEX payment_methods_preferred_key ON public.payment_methods USING btree (user_id) WHERE is_preferred;
CREATE INDEX payment_methods_provider_reference_idx ON public.payment_methods USING btree (provider_reference);
CREATE TRIGGER payment_methods_set_updated_at BEFORE UPDATE ON public.payment_methods FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.post_reactions

CREATE TABLE public.post_reactions (
    user_id                      uuid NOT NULL,
    board_id                     uuid NOT NULL,
    post_id                      uuid NOT NULL,
    reaction_type                text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT post_reactions_pkey PRIMARY KEY (user_id, board_id, post_id, reaction_type),
    CONSTRAINT post_reactions_reaction_type_check CHECK ((reaction_type = ANY (ARRAY['like'::text, 'love'::text, 'amen'::text, 'pray'::text, 'thanks'::text])))
);
GRANT SELECT ON public.post_reactions TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.post_reactions TO continuum_readwrite;
COMMENT ON TABLE public.post_reactions IS 'Reactions of users to posts; each user reacts to a post at most once in each way. Distributed by user_id.';
CREATE INDEX post_reactions_board_id_post_id_idx ON public.post_reactions USING btree (board_id, post_id, reaction_type);

-- table public.posts

CREATE TABLE public.posts (
    board_id                     uuid NOT NULL,
    post_id                      uuid NOT NULL DEFAULT gen_random_uuid(),
    thread_post_id               uuid,
    author_id                    uuid,
    title                        text,
    body                         text NOT NULL,
    is_pinned                    boolean NOT NULL DEFAULT false,
    last_activity_at             timestamp with time zone NOT NULL DEFAULT now(),
    edited_at                    timestamp with time zone,
    removed_at                   timestamp with time zone,
    removed_by                   uuid,
    removal_reason               text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT posts_pkey PRIMARY KEY (board_id, post_id),
    CONSTRAINT posts_body_check CHECK (((char_length(body) >= 1) AND (char_length(body) <= 40000))),
    CONSTRAINT posts_is_pinned_check CHECK (((NOT is_pinned) OR (thread_post_id IS NULL))),
    CONSTRAINT posts_removal_check CHECK ((((removed_at IS NULL) = (removal_reason IS NULL)) AND ((removed_by IS NULL) OR (removed_at IS NOT NULL)))),
    CONSTRAINT posts_removal_reason_check CHECK ((removal_reason = ANY (ARRAY['author'::text, 'moderator'::text, 'erasure'::text]))),
    CONSTRAINT posts_thread_post_id_check CHECK ((thread_post_id <> post_id)),
    CONSTRAINT posts_thread_start_check CHECK (((thread_post_id IS NULL) = (title IS NOT NULL))),
    CONSTRAINT posts_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
GRANT SELECT ON public.posts TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.posts TO continuum_readwrite;
COMMENT ON TABLE public.posts IS 'Threads of a board and the replies to them. Belongs to the board, not to the author. Distributed by board_id.';
COMMENT ON COLUMN public.posts.author_id IS 'The user who wrote it; NULL once that account is erased.';
COMMENT ON COLUMN public.posts.last_activity_at IS 'On the post that starts a thread: when the thread last had a reply, set by the application that adds it. Meaningless on replies.';
COMMENT ON COLUMN public.posts.removed_at IS 'When the post was hidden. Replies may refer to it, so a post is removed and not deleted.';
COMMENT ON COLUMN public.posts.thread_post_id IS 'The post that started the thread, on the same board; NULL for that post itself. Threads are flat.';
COMMENT ON COLUMN public.posts.title IS 'Title of the thread, on the post that starts it and only there.';
CREATE INDEX posts_author_id_created_at_idx ON public.posts USING btree (author_id, created_at DESC) WHERE (author_id IS NOT NULL);
CREATE INDEX posts_board_id_thread_post_id_idx ON public.posts USING btree (board_id, thread_post_id, created_at);
CREATE INDEX posts_board_threads_idx ON public.posts USING btree (board_id, is_pinned DESC, last_activity_at DESC) WHERE ((thread_post_id IS NULL) AND (removed_at IS NULL));
CREATE TRIGGER posts_set_updated_at BEFORE UPDATE ON public.posts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.reading_progress

CREATE TABLE public.reading_progress (
    user_id                      uuid NOT NULL,
    content_type                 text NOT NULL,
    content_id                   uuid NOT NULL,
    locator                      text NOT NULL DEFAULT ''::text,
    progress_percent             numeric(5,2) NOT NULL DEFAULT 0,
    started_at                   timestamp with time zone NOT NULL DEFAULT now(),
    last_read_at                 timestamp with time zone NOT NULL DEFAULT now(),
    completed_at                 timestamp with time zone,
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT reading_progress_pkey PRIMARY KEY (user_id, content_type, content_id),
    CONSTRAINT reading_progress_completion_check CHECK (((progress_percent < (100)::numeric) OR (completed_at IS NOT NULL))),
    CONSTRAINT reading_progress_content_type_check CHECK ((content_type ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT reading_progress_locator_check CHECK ((char_length(locator) <= 200)),
    CONSTRAINT reading_progress_progress_percent_check CHECK (((progress_percent >= (0)::numeric) AND (progress_percent <= (100)::numeric)))
);
GRANT SELECT ON public.reading_progress TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.reading_progress TO continuum_readwrite;
COMMENT ON TABLE public.reading_progress IS 'How far a user has read in each piece of content. Distributed by user_id.';
COMMENT ON COLUMN public.reading_progress.completed_at IS 'When the user first finished it. Stays when they read it again, so progress may be below 100 here.';
COMMENT ON COLUMN public.reading_progress.locator IS 'Where to go on reading; empty for the beginning.';
CREATE INDEX reading_progress_unfinished_idx ON public.reading_progress USING btree (user_id, last_read_at DESC) WHERE (completed_at IS NULL);
CREATE TRIGGER reading_progress_set_updated_at BEFORE UPDATE ON public.reading_progress FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.subscription_plan_prices

CREATE TABLE public.subscription_plan_prices (
    plan_code                    text NOT NULL,
    billing_interval             text NOT NULL,
    currency                     text NOT NULL,
    amount_cents                 bigint NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT subscription_plan_prices_pkey PRIMARY KEY (plan_code, billing_interval, currency),
    CONSTRAINT subscription_plan_prices_amount_cents_check CHECK ((amount_cents >= 0)),
    CONSTRAINT subscription_plan_prices_billing_interval_check CHECK ((billing_interval = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT subscription_plan_prices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
GRANT SELECT ON public.subscription_plan_prices TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.subscription_plan_prices TO continuum_readwrite;
COMMENT ON TABLE public.subscription_plan_prices IS 'What a new subscription costs today; a running subscription keeps the price that it was made at. Reference table.';
COMMENT ON COLUMN public.subscription_plan_prices.currency IS 'ISO 4217 code.';
CREATE TRIGGER subscription_plan_prices_set_updated_at BEFORE UPDATE ON public.subscription_plan_prices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.subscription_plans

CREATE TABLE public.subscription_plans (
    plan_code                    text NOT NULL,
    display_name                 text NOT NULL,
    description                  text NOT NULL,
    sort_order                   smallint NOT NULL DEFAULT 0,
    trial_days                   smallint NOT NULL DEFAULT 0,
    features                     jsonb NOT NULL DEFAULT '{}'::jsonb,
    retired_at                   timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT subscription_plans_pkey PRIMARY KEY (plan_code),
    CONSTRAINT subscription_plans_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 1000))),
    CONSTRAINT subscription_plans_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 100))),
    CONSTRAINT subscription_plans_features_check CHECK ((jsonb_typeof(features) = 'object'::text)),
    CONSTRAINT subscription_plans_plan_code_check CHECK ((plan_code ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT subscription_plans_trial_days_check CHECK (((trial_days >= 0) AND (trial_days <= 90)))
);
GRANT SELECT ON public.subscription_plans TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.subscription_plans TO continuum_readwrite;
COMMENT ON TABLE public.subscription_plans IS 'Plans that a user can subscribe to. Reference data, changed by migrations. Reference table.';
COMMENT ON COLUMN public.subscription_plans.plan_code IS 'Stable name of the plan, used by applications; never reused.';
COMMENT ON COLUMN public.subscription_plans.retired_at IS 'When the plan was withdrawn from sale. Existing subscriptions go on, so plans are retired and not deleted.';
CREATE TRIGGER subscription_plans_set_updated_at BEFORE UPDATE ON public.subscription_plans FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.subscriptions

CREATE TABLE public.subscriptions (
    user_id                      uuid NOT NULL,
    subscription_id              uuid NOT NULL DEFAULT gen_random_uuid(),
    plan_code                    text NOT NULL,
    payment_method_id            uuid,
    status                       text NOT NULL,
    billing_interval             text NOT NULL,
    amount_cents                 bigint NOT NULL,
    currency                     text NOT NULL,
    started_at                   timestamp with time zone NOT NULL DEFAULT now(),
    trial_ends_at                timestamp with time zone,
    period_started_at            timestamp with time zone NOT NULL DEFAULT now(),
    period_ends_at               timestamp with time zone NOT NULL,
    cancel_requested_at          timestamp with time zone,
    ended_at                     timestamp with time zone,
    end_reason                   text,
    provider                     text,
    provider_reference           text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_pkey PRIMARY KEY (user_id, subscription_id),
    CONSTRAINT subscriptions_amount_cents_check CHECK ((amount_cents >= 0)),
    CONSTRAINT subscriptions_billing_interval_check CHECK ((billing_interval = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT subscriptions_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT subscriptions_end_reason_check CHECK ((end_reason = ANY (ARRAY['cancelled'::text, 'unpaid'::text, 'replaced'::text, 'administrator'::text]))),
    CONSTRAINT subscriptions_ending_check CHECK ((((status = 'ended'::text) = (ended_at IS NOT NULL)) AND ((ended_at IS NULL) = (end_reason IS NULL)))),
    CONSTRAINT subscriptions_period_ends_at_check CHECK ((period_ends_at > period_started_at)),
    CONSTRAINT subscriptions_provider_check CHECK ((provider ~ '^[a-z][a-z0-9_]{0,49}$'::text)),
    CONSTRAINT subscriptions_provider_pair_check CHECK (((provider IS NULL) = (provider_reference IS NULL))),
    CONSTRAINT subscriptions_provider_reference_check CHECK (((char_length(provider_reference) >= 1) AND (char_length(provider_reference) <= 255))),
    CONSTRAINT subscriptions_status_check CHECK ((status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'paused'::text, 'ended'::text]))),
    CONSTRAINT subscriptions_trial_check CHECK (((status <> 'trialing'::text) OR (trial_ends_at IS NOT NULL))),
    CONSTRAINT subscriptions_trial_ends_at_check CHECK ((trial_ends_at > started_at))
);
GRANT SELECT ON public.subscriptions TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.subscriptions TO continuum_readwrite;
COMMENT ON TABLE public.subscriptions IS 'Subscriptions of users to plans, running and ended. Distributed by user_id.';
COMMENT ON COLUMN public.subscriptions.amount_cents IS 'Price for each billing interval, copied from the price list at the start, so that a later list price does not change it.';
COMMENT ON COLUMN public.subscriptions.cancel_requested_at IS 'When the user asked to cancel. The subscription runs on until period_ends_at, and only then has ended_at.';
CREATE UNIQUE INDEX subscriptions_current_key ON public.subscriptions USING btree (user_id) WHERE (status <> 'ended'::text);
CREATE INDEX subscriptions_period_ends_at_idx ON public.subscriptions USING btree (period_ends_at) WHERE (status <> 'ended'::text);
CREATE INDEX subscriptions_plan_code_idx ON public.subscriptions USING btree (plan_code);
CREATE INDEX subscriptions_provider_reference_idx ON public.subscriptions USING btree (provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE INDEX subscriptions_user_id_payment_method_id_idx ON public.subscriptions USING btree (user_id, payment_method_id);
CREATE UNIQUE INDEX subscriptions_user_id_provider_reference_key ON public.subscriptions USING btree (user_id, provider, provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE TRIGGER subscriptions_set_updated_at BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.user_devices

CREATE TABLE public.user_devices (
    user_id                      uuid NOT NULL,
    device_id                    uuid NOT NULL DEFAULT gen_random_uuid(),
    platform                     text NOT NULL,
    display_name                 text NOT NULL,
    app_version                  text,
    fingerprint_hash             bytea NOT NULL,
    push_enabled                 boolean NOT NULL DEFAULT false,
    last_seen_at                 timestamp with time zone NOT NULL DEFAULT now(),
    removed_at                   timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_devices_pkey PRIMARY KEY (user_id, device_id),
    CONSTRAINT user_devices_app_version_check CHECK (((char_length(app_version) >= 1) AND (char_length(app_version) <= 50))),
    CONSTRAINT user_devices_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 100))),
    CONSTRAINT user_devices_fingerprint_hash_check CHECK ((octet_length(fingerprint_hash) = 32)),
    CONSTRAINT user_devices_platform_check CHECK ((platform = ANY (ARRAY['web'::text, 'ios'::text, 'android'::text, 'macos'::text, 'windows'::text, 'linux'::text, 'other'::text]))),
    CONSTRAINT user_devices_push_enabled_check CHECK (((NOT push_enabled) OR (removed_at IS NULL)))
);
GRANT SELECT ON public.user_devices TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.user_devices TO continuum_readwrite;
COMMENT ON TABLE public.user_devices IS 'Devices and browsers from which a user signs in. Distributed by user_id.';
COMMENT ON COLUMN public.user_devices.fingerprint_hash IS 'SHA-256 of the installation identifier; the identifier itself is not stored.';
COMMENT ON COLUMN public.user_devices.push_enabled IS 'Whether to push to this device; the push token itself is kept by the push service.';
COMMENT ON COLUMN public.user_devices.removed_at IS 'When the user removed the device. The row stays for the security history.';
CREATE UNIQUE INDEX user_devices_user_id_fingerprint_hash_key ON public.user_devices USING btree (user_id, fingerprint_hash) WHERE (removed_at IS NULL);
CREATE TRIGGER user_devices_set_updated_at BEFORE UPDATE ON public.user_devices FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.user_sessions

CREATE TABLE public.user_sessions (
    user_id                      uuid NOT NULL,
    session_id                   uuid NOT NULL DEFAULT gen_random_uuid(),
    device_id                    uuid,
    token_hash                   bytea NOT NULL,
    ip_address                   inet,
    user_agent                   text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    last_used_at                 timestamp with time zone NOT NULL DEFAULT now(),
    expires_at                   timestamp with time zone NOT NULL,
    revoked_at                   timestamp with time zone,
    revoke_reason                text,
    CONSTRAINT user_sessions_pkey PRIMARY KEY (user_id, session_id),
    CONSTRAINT user_sessions_user_id_token_hash_key UNIQUE (user_id, token_hash),
    CONSTRAINT user_sessions_expires_at_check CHECK ((expires_at > created_at)),
    CONSTRAINT user_sessions_revocation_check CHECK (((revoked_at IS NULL) = (revoke_reason IS NULL))),
    CONSTRAINT user_sessions_revoke_reason_check CHECK ((revoke_reason = ANY (ARRAY['signed_out'::text, 'replaced'::text, 'password_changed'::text, 'device_removed'::text, 'administrator'::text]))),
    CONSTRAINT user_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT user_sessions_user_agent_check CHECK (((char_length(user_agent) >= 1) AND (char_length(user_agent) <= 512)))
);
GRANT SELECT ON public.user_sessions TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.user_sessions TO continuum_readwrite;
COMMENT ON TABLE public.user_sessions IS 'Signed-in sessions of a user. Expired and revoked rows are kept for a while, then purged. Distributed by user_id.';
COMMENT ON COLUMN public.user_sessions.device_id IS 'NULL when the client did not identify its device.';
COMMENT ON COLUMN public.user_sessions.token_hash IS 'SHA-256 of the session secret. The token that a client holds also names user_id and session_id, so a session is found by primary key and its hash compared.';
CREATE INDEX user_sessions_active_idx ON public.user_sessions USING btree (user_id, last_used_at DESC) WHERE (revoked_at IS NULL);
CREATE INDEX user_sessions_expires_at_idx ON public.user_sessions USING btree (expires_at);
CREATE INDEX user_sessions_user_id_device_id_idx ON public.user_sessions USING btree (user_id, device_id);

-- table public.user_settings

CREATE TABLE public.user_settings (
    user_id                      uuid NOT NULL,
    locale                       text NOT NULL DEFAULT 'en'::text,
    time_zone                    text NOT NULL DEFAULT 'UTC'::text,
    theme                        text NOT NULL DEFAULT 'system'::text,
    text_scale_percent           smallint NOT NULL DEFAULT 100,
    preferences                  jsonb NOT NULL DEFAULT '{}'::jsonb,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT user_settings_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_settings_locale_check CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(locale) <= 35))),
    CONSTRAINT user_settings_preferences_check CHECK ((jsonb_typeof(preferences) = 'object'::text)),
    CONSTRAINT user_settings_text_scale_percent_check CHECK (((text_scale_percent >= 50) AND (text_scale_percent <= 300))),
    CONSTRAINT user_settings_theme_check CHECK ((theme = ANY (ARRAY['system'::text, 'light'::text, 'dark'::text]))),
    CONSTRAINT user_settings_time_zone_check CHECK (((char_length(time_zone) >= 1) AND (char_length(time_zone) <= 64)))
);
GRANT SELECT ON public.user_settings TO continuum_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.user_settings TO continuum_readwrite;
COMMENT ON TABLE public.user_settings IS 'One row for each user who changed a setting; a missing row means the defaults. Distributed by user_id.';
COMMENT ON COLUMN public.user_settings.locale IS 'BCP 47 language tag, such as en or pt-BR.';
COMMENT ON COLUMN public.user_settings.preferences IS 'Settings of single applications that the platform itself never looks into.';
COMMENT ON COLUMN public.user_settings.time_zone IS 'IANA time zone name, such as Europe/Berlin.';
CREATE TRIGGER user_settings_set_updated_at BEFORE UPDATE ON public.user_settings FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.community_memberships

ALTER TABLE public.community_memberships ADD CONSTRAINT community_memberships_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(community_id) ON DELETE CASCADE;

-- table public.discussion_boards

ALTER TABLE public.discussion_boards ADD CONSTRAINT discussion_boards_community_id_fkey FOREIGN KEY (community_id) REFERENCES public.communities(community_id) ON DELETE RESTRICT;

-- table public.invoice_lines

ALTER TABLE public.invoice_lines ADD CONSTRAINT invoice_lines_plan_code_fkey FOREIGN KEY (plan_code) REFERENCES public.subscription_plans(plan_code) ON DELETE RESTRICT;
ALTER TABLE public.invoice_lines ADD CONSTRAINT invoice_lines_user_id_invoice_id_fkey FOREIGN KEY (user_id, invoice_id) REFERENCES public.invoices(user_id, invoice_id) ON DELETE CASCADE;

-- table public.invoices

ALTER TABLE public.invoices ADD CONSTRAINT invoices_user_id_invoice_number_fkey FOREIGN KEY (user_id, invoice_number) REFERENCES public.invoice_numbers(user_id, invoice_number) ON DELETE RESTRICT;
ALTER TABLE public.invoices ADD CONSTRAINT invoices_user_id_payment_method_id_fkey FOREIGN KEY (user_id, payment_method_id) REFERENCES public.payment_methods(user_id, payment_method_id) ON DELETE RESTRICT;
ALTER TABLE public.invoices ADD CONSTRAINT invoices_user_id_subscription_id_fkey FOREIGN KEY (user_id, subscription_id) REFERENCES public.subscriptions(user_id, subscription_id) ON DELETE RESTRICT;

-- table public.post_reactions

ALTER TABLE public.post_reactions ADD CONSTRAINT post_reactions_board_id_post_id_fkey FOREIGN KEY (board_id, post_id) REFERENCES public.posts(board_id, post_id) ON DELETE CASCADE;

-- table public.posts

ALTER TABLE public.posts ADD CONSTRAINT posts_board_id_fkey FOREIGN KEY (board_id) REFERENCES public.discussion_boards(board_id) ON DELETE RESTRICT;
ALTER TABLE public.posts ADD CONSTRAINT posts_board_id_thread_post_id_fkey FOREIGN KEY (board_id, thread_post_id) REFERENCES public.posts(board_id, post_id) ON DELETE RESTRICT;

-- table public.subscription_plan_prices

ALTER TABLE public.subscription_plan_prices ADD CONSTRAINT subscription_plan_prices_plan_code_fkey FOREIGN KEY (plan_code) REFERENCES public.subscription_plans(plan_code) ON DELETE CASCADE;

-- table public.subscriptions

ALTER TABLE public.subscriptions ADD CONSTRAINT subscriptions_plan_code_fkey FOREIGN KEY (plan_code) REFERENCES public.subscription_plans(plan_code) ON DELETE RESTRICT;
ALTER TABLE public.subscriptions ADD CONSTRAINT subscriptions_user_id_payment_method_id_fkey FOREIGN KEY (user_id, payment_method_id) REFERENCES public.payment_methods(user_id, payment_method_id) ON DELETE RESTRICT;

-- table public.user_sessions

ALTER TABLE public.user_sessions ADD CONSTRAINT user_sessions_user_id_device_id_fkey FOREIGN KEY (user_id, device_id) REFERENCES public.user_devices(user_id, device_id) ON DELETE CASCADE;

-- table public.activity_log_default

ALTER TABLE public.activity_log ATTACH PARTITION public.activity_log_default DEFAULT;

-- default privileges FOR ROLE continuum_owner IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO continuum_readwrite;

-- default privileges FOR ROLE continuum_owner IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public GRANT SELECT ON TABLES TO continuum_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE continuum_owner IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO continuum_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO continuum_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO continuum_readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO continuum_readwrite;
