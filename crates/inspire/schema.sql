-- The schema of inspire after 0031_add_roles, made by `cargo xtask snapshot`. Do not edit.
-- Migrations: 584600cce6384e238b7b2c9bff62f3e4
--
-- An empty database loads it to the same schema.
--
-- Rows that migrations insert, with a hash of the values that are always the same:
--   public.bible_books                                   84 rows  8182d7e6a6ba53107482c0a9aeabca0f
--   public.bible_versions                                16 rows  5a81a4a6d0309beea9c6757ddaff1a55
--   public.content_types                                 10 rows  b4498d02a4e1f10c51587bb2aa33d32e

SET check_function_bodies = off;

-- roles, which belong to the server

DO $do$ BEGIN CREATE ROLE inspire_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE inspire_readonly; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
DO $do$ BEGIN CREATE ROLE inspire_readwrite; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;

-- schema public

GRANT ALL ON SCHEMA public TO inspire_owner;
GRANT USAGE ON SCHEMA public TO inspire_readonly;
GRANT USAGE ON SCHEMA public TO inspire_readwrite;

-- function public.grant_to_roles()

CREATE OR REPLACE FUNCTION public.grant_to_roles()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
    owned record;
BEGIN
    IF to_regrole('inspire_owner') IS NOT NULL THEN
        IF has_schema_privilege('public', 'CREATE WITH GRANT OPTION') THEN
            GRANT USAGE, CREATE ON SCHEMA public TO inspire_owner;
        ELSIF NOT has_schema_privilege('inspire_owner', 'public', 'CREATE') THEN
            RAISE WARNING '% may not let inspire_owner create objects in schema public', current_user;
        END IF;

        IF to_regrole('inspire_migrator') IS NOT NULL
            AND NOT pg_has_role('inspire_migrator', 'inspire_owner', 'MEMBER')
        THEN
            BEGIN
                GRANT inspire_owner TO inspire_migrator;
            EXCEPTION
                -- Another database's runner was first.
                WHEN unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE WARNING '% may not make inspire_migrator a member of inspire_owner', current_user;
            END;
        END IF;
    END IF;

    FOR owned IN
        SELECT oid::regclass AS name, relkind IN ('r', 'p') AND relname <> 'schema_migrations' AS is_table
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm')
            AND NOT relispartition
            AND relname <> 'refinery_schema_history'
            AND pg_has_role(relowner, 'USAGE')
        ORDER BY relname
    LOOP
        IF to_regrole('inspire_readonly') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO inspire_readonly', owned.name);
        END IF;
        IF to_regrole('inspire_readwrite') IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %s TO inspire_readwrite', owned.name);
            IF owned.is_table THEN
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %s TO inspire_readwrite', owned.name);
            END IF;
        END IF;
    END LOOP;

    IF to_regrole('inspire_readonly') IS NOT NULL THEN
        -- Unless somebody took it away, everybody has it.
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO inspire_readonly;
        END IF;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO inspire_readonly;
        IF to_regrole('inspire_owner') IS NOT NULL AND pg_has_role('inspire_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public
                GRANT SELECT ON TABLES TO inspire_readonly;
        END IF;
    END IF;

    IF to_regrole('inspire_readwrite') IS NOT NULL THEN
        IF has_schema_privilege('public', 'USAGE WITH GRANT OPTION') THEN
            GRANT USAGE ON SCHEMA public TO inspire_readwrite;
        END IF;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO inspire_readwrite;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT USAGE, SELECT ON SEQUENCES TO inspire_readwrite;
        IF to_regrole('inspire_owner') IS NOT NULL AND pg_has_role('inspire_owner', 'USAGE') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public
                GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO inspire_readwrite;
            ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public
                GRANT USAGE, SELECT ON SEQUENCES TO inspire_readwrite;
        END IF;
    END IF;
END;
$function$;
REVOKE EXECUTE ON FUNCTION public.grant_to_roles() FROM PUBLIC;
COMMENT ON FUNCTION public.grant_to_roles() IS 'Gives the roles inspire_owner, inspire_migrator, inspire_readwrite and inspire_readonly, those that exist, what they need on everything that the caller owns, now and later. Safe to call again.';

-- function public.protect_published_content()

CREATE OR REPLACE FUNCTION public.protect_published_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    RAISE EXCEPTION 'content version % has been published and its text cannot change', OLD.id
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Write the correction as a new version.';
END;
$function$;
COMMENT ON FUNCTION public.protect_published_content() IS 'Trigger function: rejects the change of a content version that readers have seen.';

-- function public.reject_collection_cycle()

CREATE OR REPLACE FUNCTION public.reject_collection_cycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtextextended('inspire.collections.parent_collection_id', 0)
    );
    IF EXISTS (
        WITH RECURSIVE ancestors AS (
            SELECT NEW.parent_collection_id AS id
            UNION
            SELECT parent.parent_collection_id
            FROM public.collections AS parent
            JOIN ancestors ON parent.id = ancestors.id
        )
        SELECT 1 FROM ancestors WHERE ancestors.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'collection % cannot be placed below itself', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$function$;
COMMENT ON FUNCTION public.reject_collection_cycle() IS 'Trigger function: rejects a parent that is the collection itself or one of its descendants.';

-- function public.set_message_search_vector()

CREATE OR REPLACE FUNCTION public.set_message_search_vector()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    IF NEW.delivery_state IN ('pending', 'streaming') THEN
        NEW.search_vector := NULL;
    ELSE
        NEW.search_vector := pg_catalog.to_tsvector(
            public.text_search_config(NEW.language_code), NEW.body
        );
    END IF;
    RETURN NEW;
END;
$function$;
COMMENT ON FUNCTION public.set_message_search_vector() IS 'Trigger function: computes the search vector of a message once its body no longer grows: complete, or failed.';

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

-- function public.text_search_config(text)

CREATE OR REPLACE FUNCTION public.text_search_config(language_code text)
 RETURNS regconfig
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
    SELECT CASE pg_catalog.split_part(language_code, '-', 1)
        WHEN 'ar' THEN 'pg_catalog.arabic'::pg_catalog.regconfig
        WHEN 'da' THEN 'pg_catalog.danish'::pg_catalog.regconfig
        WHEN 'de' THEN 'pg_catalog.german'::pg_catalog.regconfig
        WHEN 'el' THEN 'pg_catalog.greek'::pg_catalog.regconfig
        WHEN 'en' THEN 'pg_catalog.english'::pg_catalog.regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::pg_catalog.regconfig
        WHEN 'fi' THEN 'pg_catalog.finnish'::pg_catalog.regconfig
        WHEN 'fr' THEN 'pg_catalog.french'::pg_catalog.regconfig
        WHEN 'ga' THEN 'pg_catalog.irish'::pg_catalog.regconfig
        WHEN 'hu' THEN 'pg_catalog.hungarian'::pg_catalog.regconfig
        WHEN 'id' THEN 'pg_catalog.indonesian'::pg_catalog.regconfig
        WHEN 'it' THEN 'pg_catalog.italian'::pg_catalog.regconfig
        WHEN 'lt' THEN 'pg_catalog.lithuanian'::pg_catalog.regconfig
        WHEN 'nb' THEN 'pg_catalog.norwegian'::pg_catalog.regconfig
        WHEN 'ne' THEN 'pg_catalog.nepali'::pg_catalog.regconfig
        WHEN 'nl' THEN 'pg_catalog.dutch'::pg_catalog.regconfig
        WHEN 'nn' THEN 'pg_catalog.norwegian'::pg_catalog.regconfig
        WHEN 'no' THEN 'pg_catalog.norwegian'::pg_catalog.regconfig
        WHEN 'pt' THEN 'pg_catalog.portuguese'::pg_catalog.regconfig
        WHEN 'ro' THEN 'pg_catalog.romanian'::pg_catalog.regconfig
        WHEN 'ru' THEN 'pg_catalog.russian'::pg_catalog.regconfig
        WHEN 'sv' THEN 'pg_catalog.swedish'::pg_catalog.regconfig
        WHEN 'ta' THEN 'pg_catalog.tamil'::pg_catalog.regconfig
        WHEN 'tr' THEN 'pg_catalog.turkish'::pg_catalog.regconfig
        ELSE 'pg_catalog.simple'::pg_catalog.regconfig
    END;
$function$;
COMMENT ON FUNCTION public.text_search_config(text) IS 'Text search configuration of a BCP 47 language code; simple where there is no stemmer. Stored vectors depend on it: changing the answer for a language means rewriting that language''s rows.';

-- function public.touch_conversation()

CREATE OR REPLACE FUNCTION public.touch_conversation()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    UPDATE public.conversations
    SET last_activity_at = NEW.created_at
    WHERE id = NEW.conversation_id
      AND last_activity_at < NEW.created_at;
    RETURN NULL;
END;
$function$;
COMMENT ON FUNCTION public.touch_conversation() IS 'Trigger function: carries the time of a new message to its conversation.';

-- table public.attachments

CREATE TABLE public.attachments (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    uploaded_by_user_id          uuid NOT NULL,
    storage_path                 text NOT NULL,
    original_filename            text NOT NULL,
    media_type                   text NOT NULL,
    byte_size                    bigint NOT NULL,
    sha256_digest                bytea NOT NULL,
    scan_state                   text NOT NULL DEFAULT 'pending'::text,
    scanned_at                   timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT attachments_pkey PRIMARY KEY (id),
    CONSTRAINT attachments_storage_path_key UNIQUE (storage_path),
    CONSTRAINT attachments_byte_size_check CHECK ((byte_size > 0)),
    CONSTRAINT attachments_media_type_check CHECK (((media_type ~ '^[a-z]+/[a-z0-9][a-z0-9.+-]*$'::text) AND (char_length(media_type) <= 127))),
    CONSTRAINT attachments_original_filename_check CHECK (((char_length(original_filename) >= 1) AND (char_length(original_filename) <= 255))),
    CONSTRAINT attachments_scan_state_check CHECK ((scan_state = ANY (ARRAY['pending'::text, 'clean'::text, 'infected'::text]))),
    CONSTRAINT attachments_scanned_at_check CHECK (((scan_state = 'pending'::text) = (scanned_at IS NULL))),
    CONSTRAINT attachments_sha256_digest_check CHECK ((octet_length(sha256_digest) = 32)),
    CONSTRAINT attachments_storage_path_check CHECK (((char_length(storage_path) >= 1) AND (char_length(storage_path) <= 1000)))
);
GRANT SELECT ON public.attachments TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.attachments TO inspire_readwrite;
COMMENT ON TABLE public.attachments IS 'Uploaded files; the bytes are in object storage. A row outlives its links, so that storage can be cleaned first.';
COMMENT ON COLUMN public.attachments.scan_state IS 'Result of the malware scan; only clean files are served.';
COMMENT ON COLUMN public.attachments.storage_path IS 'Path of the object within the storage bucket.';
CREATE INDEX attachments_scan_pending_idx ON public.attachments USING btree (created_at) WHERE (scan_state = 'pending'::text);
CREATE INDEX attachments_sha256_digest_idx ON public.attachments USING btree (sha256_digest);
CREATE INDEX attachments_uploaded_by_user_id_idx ON public.attachments USING btree (uploaded_by_user_id, created_at DESC);
CREATE TRIGGER attachments_set_updated_at BEFORE UPDATE ON public.attachments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.bible_books

CREATE TABLE public.bible_books (
    code                         text NOT NULL,
    book_number                  smallint NOT NULL,
    testament                    text NOT NULL,
    english_name                 text NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    osis_code                    text,
    CONSTRAINT bible_books_pkey PRIMARY KEY (code),
    CONSTRAINT bible_books_book_number_key UNIQUE (book_number),
    CONSTRAINT bible_books_book_number_check CHECK ((book_number > 0)),
    CONSTRAINT bible_books_code_check CHECK ((code ~ '^[1-4A-Z][0-9A-Z]{2}$'::text)),
    CONSTRAINT bible_books_english_name_check CHECK (((char_length(english_name) >= 1) AND (char_length(english_name) <= 100))),
    CONSTRAINT bible_books_osis_code_check CHECK ((osis_code ~ '^[1-4]?[A-Z][A-Za-z]{1,6}$'::text)),
    CONSTRAINT bible_books_testament_check CHECK ((testament = ANY (ARRAY['old'::text, 'new'::text, 'deuterocanon'::text])))
);
GRANT SELECT ON public.bible_books TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bible_books TO inspire_readwrite;
COMMENT ON TABLE public.bible_books IS 'The books of the Bible, shared by all versions.';
COMMENT ON COLUMN public.bible_books.book_number IS 'Order of presentation: 1 to 39 Old Testament, 40 to 66 New Testament, from 67 the deuterocanonical books.';
COMMENT ON COLUMN public.bible_books.code IS 'USFM book identifier, e.g. GEN or 1CO: the key in this database. Elsewhere a book is named by osis_code.';
COMMENT ON COLUMN public.bible_books.osis_code IS 'Abbreviation of the OSIS standard, e.g. Gen or 1Cor: the canonical code, by which all databases and services name a book.';
CREATE UNIQUE INDEX bible_books_osis_code_key ON public.bible_books USING btree (osis_code);
CREATE TRIGGER bible_books_set_updated_at BEFORE UPDATE ON public.bible_books FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.bible_verses

CREATE TABLE public.bible_verses (
    bible_version_code           text NOT NULL,
    book_code                    text NOT NULL,
    chapter                      smallint NOT NULL,
    verse                        smallint NOT NULL,
    language_code                text NOT NULL,
    verse_text                   text NOT NULL,
    search_vector                tsvector GENERATED ALWAYS AS (to_tsvector(public.text_search_config(language_code), verse_text)) STORED,
    CONSTRAINT bible_verses_pkey PRIMARY KEY (bible_version_code, book_code, chapter, verse),
    CONSTRAINT bible_verses_chapter_check CHECK (((chapter >= 0) AND (chapter <= 200))),
    CONSTRAINT bible_verses_verse_check CHECK (((verse >= 0) AND (verse <= 200))),
    CONSTRAINT bible_verses_verse_text_check CHECK (((char_length(verse_text) >= 1) AND (char_length(verse_text) <= 5000)))
);
GRANT SELECT ON public.bible_verses TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bible_verses TO inspire_readwrite;
COMMENT ON TABLE public.bible_verses IS 'The text of the Bible, one row per version and verse.';
COMMENT ON COLUMN public.bible_verses.chapter IS 'Chapter in the version''s own numbering; 0 is a prologue.';
COMMENT ON COLUMN public.bible_verses.search_vector IS 'Search with a query built by the same text_search_config(language_code).';
COMMENT ON COLUMN public.bible_verses.verse IS 'Verse in the version''s own numbering; 0 is a superscription.';
CREATE INDEX bible_verses_passage_idx ON public.bible_verses USING btree (book_code, chapter, verse);
CREATE INDEX bible_verses_search_idx ON public.bible_verses USING gin (search_vector);

-- table public.bible_versions

CREATE TABLE public.bible_versions (
    code                         text NOT NULL,
    language_code                text NOT NULL,
    title                        text NOT NULL,
    publication_year             smallint,
    text_direction               text NOT NULL DEFAULT 'ltr'::text,
    license_kind                 text NOT NULL,
    copyright_notice             text,
    text_loaded_at               timestamp with time zone,
    is_available                 boolean NOT NULL DEFAULT false,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT bible_versions_pkey PRIMARY KEY (code),
    CONSTRAINT bible_versions_code_language_code_key UNIQUE (code, language_code),
    CONSTRAINT bible_versions_code_check CHECK ((code ~ '^[A-Z][0-9A-Z]{1,15}$'::text)),
    CONSTRAINT bible_versions_copyright_notice_check CHECK (((license_kind = 'public-domain'::text) OR (char_length(COALESCE(copyright_notice, ''::text)) > 0))),
    CONSTRAINT bible_versions_is_available_check CHECK (((NOT is_available) OR (text_loaded_at IS NOT NULL))),
    CONSTRAINT bible_versions_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT bible_versions_license_kind_check CHECK ((license_kind = ANY (ARRAY['public-domain'::text, 'licensed'::text]))),
    CONSTRAINT bible_versions_publication_year_check CHECK (((publication_year >= 1) AND (publication_year <= 2200))),
    CONSTRAINT bible_versions_text_direction_check CHECK ((text_direction = ANY (ARRAY['ltr'::text, 'rtl'::text]))),
    CONSTRAINT bible_versions_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)))
);
GRANT SELECT ON public.bible_versions TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.bible_versions TO inspire_readwrite;
COMMENT ON TABLE public.bible_versions IS 'Bible translations and editions, whether or not their text is loaded.';
COMMENT ON COLUMN public.bible_versions.code IS 'Customary abbreviation, e.g. KJV.';
COMMENT ON COLUMN public.bible_versions.is_available IS 'Offered to readers; needs a loaded text.';
COMMENT ON COLUMN public.bible_versions.language_code IS 'BCP 47 language code of the text.';
COMMENT ON COLUMN public.bible_versions.publication_year IS 'Year of the edition the title names; NULL for a text under continual revision.';
COMMENT ON COLUMN public.bible_versions.text_loaded_at IS 'When the verses were last loaded or corrected; clients refresh their copy when it moves.';
CREATE INDEX bible_versions_available_idx ON public.bible_versions USING btree (language_code, title) WHERE is_available;
CREATE TRIGGER bible_versions_set_updated_at BEFORE UPDATE ON public.bible_versions FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.collection_items

CREATE TABLE public.collection_items (
    collection_id                uuid NOT NULL,
    content_item_id              uuid NOT NULL,
    sort_order                   integer NOT NULL,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT collection_items_pkey PRIMARY KEY (collection_id, content_item_id),
    CONSTRAINT collection_items_sort_order_key UNIQUE (collection_id, sort_order) DEFERRABLE
);
GRANT SELECT ON public.collection_items TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.collection_items TO inspire_readwrite;
COMMENT ON TABLE public.collection_items IS 'Content of a collection in its order; an item may be in several collections.';
CREATE INDEX collection_items_content_item_id_idx ON public.collection_items USING btree (content_item_id);
CREATE TRIGGER collection_items_set_updated_at BEFORE UPDATE ON public.collection_items FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.collections

CREATE TABLE public.collections (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    parent_collection_id         uuid,
    slug                         text NOT NULL,
    title                        text NOT NULL,
    description                  text,
    sort_order                   integer NOT NULL DEFAULT 0,
    is_visible                   boolean NOT NULL DEFAULT false,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT collections_pkey PRIMARY KEY (id),
    CONSTRAINT collections_parent_slug_key UNIQUE (parent_collection_id, slug),
    CONSTRAINT collections_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT collections_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 120))),
    CONSTRAINT collections_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300)))
);
GRANT SELECT ON public.collections TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.collections TO inspire_readwrite;
COMMENT ON TABLE public.collections IS 'Tree of collections in which content is presented.';
COMMENT ON COLUMN public.collections.parent_collection_id IS 'NULL for a root. Cycles are rejected by a trigger.';
COMMENT ON COLUMN public.collections.slug IS 'Unique among siblings: a step of the path in the public address.';
CREATE UNIQUE INDEX collections_root_slug_key ON public.collections USING btree (slug) WHERE (parent_collection_id IS NULL);
CREATE TRIGGER collections_reject_cycle BEFORE INSERT OR UPDATE OF parent_collection_id ON public.collections FOR EACH ROW WHEN ((new.parent_collection_id IS NOT NULL)) EXECUTE FUNCTION public.reject_collection_cycle();
CREATE TRIGGER collections_set_updated_at BEFORE UPDATE ON public.collections FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_attachments

CREATE TABLE public.content_attachments (
    content_item_id              uuid NOT NULL,
    attachment_id                uuid NOT NULL,
    purpose                      text NOT NULL,
    caption                      text,
    sort_order                   integer NOT NULL DEFAULT 0,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_attachments_pkey PRIMARY KEY (content_item_id, attachment_id),
    CONSTRAINT content_attachments_caption_check CHECK ((char_length(caption) <= 500)),
    CONSTRAINT content_attachments_purpose_check CHECK ((purpose = ANY (ARRAY['cover'::text, 'audio'::text, 'video'::text, 'image'::text, 'handout'::text])))
);
GRANT SELECT ON public.content_attachments TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_attachments TO inspire_readwrite;
COMMENT ON TABLE public.content_attachments IS 'Files that belong to a content item; at most one is its cover.';
COMMENT ON COLUMN public.content_attachments.caption IS 'Caption, read aloud as the alternative text of an image.';
CREATE INDEX content_attachments_attachment_id_idx ON public.content_attachments USING btree (attachment_id);
CREATE UNIQUE INDEX content_attachments_one_cover_key ON public.content_attachments USING btree (content_item_id) WHERE (purpose = 'cover'::text);
CREATE TRIGGER content_attachments_set_updated_at BEFORE UPDATE ON public.content_attachments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_items

CREATE TABLE public.content_items (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    content_type_code            text NOT NULL,
    slug                         text NOT NULL,
    series_id                    uuid,
    series_part                  integer,
    author_user_id               uuid,
    byline                       text,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_items_pkey PRIMARY KEY (id),
    CONSTRAINT content_items_series_part_key UNIQUE (series_id, series_part) DEFERRABLE,
    CONSTRAINT content_items_slug_key UNIQUE (slug),
    CONSTRAINT content_items_byline_check CHECK (((char_length(byline) >= 1) AND (char_length(byline) <= 200))),
    CONSTRAINT content_items_series_part_check CHECK ((((series_id IS NULL) = (series_part IS NULL)) AND (COALESCE(series_part, 1) > 0))),
    CONSTRAINT content_items_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 120)))
);
GRANT SELECT ON public.content_items TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_items TO inspire_readwrite;
COMMENT ON TABLE public.content_items IS 'Pieces of ministry content; their text is in content_versions.';
COMMENT ON COLUMN public.content_items.author_user_id IS 'Author''s user identity; NULL for authors without an account.';
COMMENT ON COLUMN public.content_items.byline IS 'Author as printed; NULL means the author''s profile name.';
COMMENT ON COLUMN public.content_items.slug IS 'Stable public address, independent of the title.';
CREATE INDEX content_items_author_user_id_idx ON public.content_items USING btree (author_user_id) WHERE (author_user_id IS NOT NULL);
CREATE INDEX content_items_content_type_code_idx ON public.content_items USING btree (content_type_code, created_at DESC);
CREATE TRIGGER content_items_set_updated_at BEFORE UPDATE ON public.content_items FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_series

CREATE TABLE public.content_series (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    slug                         text NOT NULL,
    title                        text NOT NULL,
    description                  text,
    language_code                text NOT NULL,
    started_on                   date,
    ended_on                     date,
    is_visible                   boolean NOT NULL DEFAULT false,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_series_pkey PRIMARY KEY (id),
    CONSTRAINT content_series_slug_key UNIQUE (slug),
    CONSTRAINT content_series_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT content_series_ended_on_check CHECK (((ended_on IS NULL) OR ((started_on IS NOT NULL) AND (ended_on >= started_on)))),
    CONSTRAINT content_series_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT content_series_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (char_length(slug) <= 120))),
    CONSTRAINT content_series_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300)))
);
GRANT SELECT ON public.content_series TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_series TO inspire_readwrite;
COMMENT ON TABLE public.content_series IS 'Ordered series of content, e.g. a sermon series.';
COMMENT ON COLUMN public.content_series.ended_on IS 'NULL while the series is running.';
CREATE TRIGGER content_series_set_updated_at BEFORE UPDATE ON public.content_series FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_translations

CREATE TABLE public.content_translations (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    content_version_id           uuid NOT NULL,
    language_code                text NOT NULL,
    title                        text NOT NULL,
    summary                      text,
    body                         text NOT NULL,
    translation_origin           text NOT NULL,
    translated_by_user_id        uuid,
    reviewed_by_user_id          uuid,
    translation_state            text NOT NULL DEFAULT 'draft'::text,
    published_at                 timestamp with time zone,
    search_vector                tsvector GENERATED ALWAYS AS (((setweight(to_tsvector(public.text_search_config(language_code), title), 'A'::"char") || setweight(to_tsvector(public.text_search_config(language_code), COALESCE(summary, ''::text)), 'B'::"char")) || setweight(to_tsvector(public.text_search_config(language_code), body), 'C'::"char"))) STORED,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_translations_pkey PRIMARY KEY (id),
    CONSTRAINT content_translations_version_language_key UNIQUE (content_version_id, language_code),
    CONSTRAINT content_translations_body_check CHECK ((octet_length(body) <= 300000)),
    CONSTRAINT content_translations_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT content_translations_published_at_check CHECK (((translation_state = 'published'::text) = (published_at IS NOT NULL))),
    CONSTRAINT content_translations_reviewed_check CHECK (((translation_origin = 'human'::text) OR (translation_state <> 'published'::text) OR (reviewed_by_user_id IS NOT NULL))),
    CONSTRAINT content_translations_summary_check CHECK ((char_length(summary) <= 2000)),
    CONSTRAINT content_translations_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300))),
    CONSTRAINT content_translations_translated_by_check CHECK (((translation_origin = 'human'::text) = (translated_by_user_id IS NOT NULL))),
    CONSTRAINT content_translations_translation_origin_check CHECK ((translation_origin = ANY (ARRAY['human'::text, 'machine'::text]))),
    CONSTRAINT content_translations_translation_state_check CHECK ((translation_state = ANY (ARRAY['draft'::text, 'in_review'::text, 'published'::text])))
);
GRANT SELECT ON public.content_translations TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_translations TO inspire_readwrite;
COMMENT ON TABLE public.content_translations IS 'Translations of one content version into other languages.';
CREATE INDEX content_translations_in_review_idx ON public.content_translations USING btree (language_code, updated_at) WHERE (translation_state = 'in_review'::text);
CREATE INDEX content_translations_search_idx ON public.content_translations USING gin (search_vector) WHERE (translation_state = 'published'::text);
CREATE TRIGGER content_translations_set_updated_at BEFORE UPDATE ON public.content_translations FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_types

CREATE TABLE public.content_types (
    code                         text NOT NULL,
    display_name                 text NOT NULL,
    description                  text NOT NULL,
    sort_order                   smallint NOT NULL,
    is_active                    boolean NOT NULL DEFAULT true,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_types_pkey PRIMARY KEY (code),
    CONSTRAINT content_types_code_check CHECK (((code ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'::text) AND (char_length(code) <= 50))),
    CONSTRAINT content_types_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500))),
    CONSTRAINT content_types_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 100)))
);
GRANT SELECT ON public.content_types TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_types TO inspire_readwrite;
COMMENT ON TABLE public.content_types IS 'Kinds of ministry content, e.g. sermon or devotional.';
COMMENT ON COLUMN public.content_types.is_active IS 'Offered for new content. Types in use are deactivated, not deleted.';
CREATE TRIGGER content_types_set_updated_at BEFORE UPDATE ON public.content_types FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.content_versions

CREATE TABLE public.content_versions (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    content_item_id              uuid NOT NULL,
    version_number               integer NOT NULL,
    language_code                text NOT NULL,
    title                        text NOT NULL,
    summary                      text,
    body                         text NOT NULL,
    body_format                  text NOT NULL DEFAULT 'markdown'::text,
    change_note                  text,
    edited_by_user_id            uuid NOT NULL,
    publication_state            text NOT NULL DEFAULT 'draft'::text,
    scheduled_for                timestamp with time zone,
    published_at                 timestamp with time zone,
    archived_at                  timestamp with time zone,
    search_vector                tsvector GENERATED ALWAYS AS (((setweight(to_tsvector(public.text_search_config(language_code), title), 'A'::"char") || setweight(to_tsvector(public.text_search_config(language_code), COALESCE(summary, ''::text)), 'B'::"char")) || setweight(to_tsvector(public.text_search_config(language_code), body), 'C'::"char"))) STORED,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT content_versions_pkey PRIMARY KEY (id),
    CONSTRAINT content_versions_item_version_key UNIQUE (content_item_id, version_number),
    CONSTRAINT content_versions_archived_at_check CHECK (((publication_state = 'archived'::text) = (archived_at IS NOT NULL))),
    CONSTRAINT content_versions_body_check CHECK ((octet_length(body) <= 300000)),
    CONSTRAINT content_versions_body_format_check CHECK ((body_format = ANY (ARRAY['markdown'::text, 'html'::text, 'plain'::text]))),
    CONSTRAINT content_versions_change_note_check CHECK ((char_length(change_note) <= 1000)),
    CONSTRAINT content_versions_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT content_versions_publication_state_check CHECK ((publication_state = ANY (ARRAY['draft'::text, 'in_review'::text, 'scheduled'::text, 'published'::text, 'archived'::text]))),
    CONSTRAINT content_versions_published_at_check CHECK (((publication_state = 'archived'::text) OR ((publication_state = 'published'::text) = (published_at IS NOT NULL)))),
    CONSTRAINT content_versions_scheduled_for_check CHECK (((publication_state <> 'scheduled'::text) OR (scheduled_for IS NOT NULL))),
    CONSTRAINT content_versions_summary_check CHECK ((char_length(summary) <= 2000)),
    CONSTRAINT content_versions_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300))),
    CONSTRAINT content_versions_version_number_check CHECK ((version_number > 0))
);
GRANT SELECT ON public.content_versions TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.content_versions TO inspire_readwrite;
COMMENT ON TABLE public.content_versions IS 'Successive texts of a content item with their publication state.';
COMMENT ON COLUMN public.content_versions.language_code IS 'BCP 47 code of the language this version was written in; see also content_translations.';
COMMENT ON COLUMN public.content_versions.published_at IS 'When it was first published. Once set, neither this nor the text changes.';
CREATE INDEX content_versions_in_review_idx ON public.content_versions USING btree (updated_at) WHERE (publication_state = 'in_review'::text);
CREATE UNIQUE INDEX content_versions_one_published_key ON public.content_versions USING btree (content_item_id) WHERE (publication_state = 'published'::text);
CREATE INDEX content_versions_published_idx ON public.content_versions USING btree (language_code, published_at DESC) WHERE (publication_state = 'published'::text);
CREATE INDEX content_versions_scheduled_idx ON public.content_versions USING btree (scheduled_for) WHERE (publication_state = 'scheduled'::text);
CREATE INDEX content_versions_search_idx ON public.content_versions USING gin (search_vector) WHERE (publication_state = 'published'::text);
CREATE TRIGGER content_versions_protect_published BEFORE UPDATE ON public.content_versions FOR EACH ROW WHEN (((old.published_at IS NOT NULL) AND ((old.content_item_id IS DISTINCT FROM new.content_item_id) OR (old.version_number IS DISTINCT FROM new.version_number) OR (old.language_code IS DISTINCT FROM new.language_code) OR (old.title IS DISTINCT FROM new.title) OR (old.summary IS DISTINCT FROM new.summary) OR (old.body IS DISTINCT FROM new.body) OR (old.body_format IS DISTINCT FROM new.body_format) OR (old.published_at IS DISTINCT FROM new.published_at)))) EXECUTE FUNCTION public.protect_published_content();
CREATE TRIGGER content_versions_set_updated_at BEFORE UPDATE ON public.content_versions FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.conversation_analytics

CREATE TABLE public.conversation_analytics (
    conversation_id              uuid NOT NULL,
    message_count                integer NOT NULL DEFAULT 0,
    user_message_count           integer NOT NULL DEFAULT 0,
    assistant_message_count      integer NOT NULL DEFAULT 0,
    prompt_tokens                bigint NOT NULL DEFAULT 0,
    completion_tokens            bigint NOT NULL DEFAULT 0,
    average_latency_ms           integer,
    topic_codes                  text[] NOT NULL DEFAULT '{}'::text[],
    sentiment_score              numeric(4,3),
    computed_at                  timestamp with time zone NOT NULL DEFAULT now(),
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT conversation_analytics_pkey PRIMARY KEY (conversation_id),
    CONSTRAINT conversation_analytics_average_latency_ms_check CHECK ((average_latency_ms >= 0)),
    CONSTRAINT conversation_analytics_message_counts_check CHECK (((user_message_count >= 0) AND (assistant_message_count >= 0) AND (message_count >= (user_message_count + assistant_message_count)))),
    CONSTRAINT conversation_analytics_sentiment_score_check CHECK (((sentiment_score >= ('-1'::integer)::numeric) AND (sentiment_score <= (1)::numeric))),
    CONSTRAINT conversation_analytics_tokens_check CHECK (((prompt_tokens >= 0) AND (completion_tokens >= 0))),
    CONSTRAINT conversation_analytics_topic_codes_check CHECK ((cardinality(topic_codes) <= 20))
);
GRANT SELECT ON public.conversation_analytics TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.conversation_analytics TO inspire_readwrite;
COMMENT ON TABLE public.conversation_analytics IS 'Figures derived from a conversation; may be recomputed at any time.';
COMMENT ON COLUMN public.conversation_analytics.computed_at IS 'Messages after this time are not yet counted.';
COMMENT ON COLUMN public.conversation_analytics.message_count IS 'All messages, including those of the system and of tools.';
COMMENT ON COLUMN public.conversation_analytics.sentiment_score IS 'From -1 (distress) to 1 (joy); NULL where the classifier abstained.';
COMMENT ON COLUMN public.conversation_analytics.topic_codes IS 'Topics the classifier found, most relevant first.';
CREATE INDEX conversation_analytics_computed_at_idx ON public.conversation_analytics USING btree (computed_at);
CREATE INDEX conversation_analytics_topic_codes_idx ON public.conversation_analytics USING gin (topic_codes);
CREATE TRIGGER conversation_analytics_set_updated_at BEFORE UPDATE ON public.conversation_analytics FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.conversations

CREATE TABLE public.conversations (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id                      uuid NOT NULL,
    title                        text,
    language_code                text NOT NULL DEFAULT 'und'::text,
    last_activity_at             timestamp with time zone NOT NULL DEFAULT now(),
    archived_at                  timestamp with time zone,
    deleted_at                   timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    pinned_at                    timestamp with time zone,
    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    CONSTRAINT conversations_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT conversations_pinned_at_check CHECK (((pinned_at IS NULL) OR ((archived_at IS NULL) AND (deleted_at IS NULL)))),
    CONSTRAINT conversations_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 300)))
);
GRANT SELECT ON public.conversations TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.conversations TO inspire_readwrite;
COMMENT ON TABLE public.conversations IS 'Conversations of a user with the assistant.';
COMMENT ON COLUMN public.conversations.deleted_at IS 'Set when the user deletes the conversation; a job removes the row after the grace period.';
COMMENT ON COLUMN public.conversations.language_code IS 'BCP 47 code; und while the language is not known.';
COMMENT ON COLUMN public.conversations.last_activity_at IS 'Time of the latest message, kept by a trigger on messages; until there is one, of creation.';
COMMENT ON COLUMN public.conversations.pinned_at IS 'When the user pinned the conversation; NULL when it is not pinned.';
COMMENT ON COLUMN public.conversations.title IS 'NULL until the user or the assistant has named it.';
CREATE INDEX conversations_purge_idx ON public.conversations USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX conversations_user_activity_idx ON public.conversations USING btree (user_id, last_activity_at DESC) WHERE (deleted_at IS NULL);
CREATE INDEX conversations_user_deleted_idx ON public.conversations USING btree (user_id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX conversations_user_pinned_idx ON public.conversations USING btree (user_id, pinned_at DESC) WHERE (pinned_at IS NOT NULL);
CREATE TRIGGER conversations_set_updated_at BEFORE UPDATE ON public.conversations FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.daily_usage

CREATE TABLE public.daily_usage (
    user_id                      uuid NOT NULL,
    usage_date                   date NOT NULL,
    model_name                   text NOT NULL,
    request_count                integer NOT NULL DEFAULT 0,
    failed_request_count         integer NOT NULL DEFAULT 0,
    prompt_tokens                bigint NOT NULL DEFAULT 0,
    cached_prompt_tokens         bigint NOT NULL DEFAULT 0,
    completion_tokens            bigint NOT NULL DEFAULT 0,
    total_tokens                 bigint GENERATED ALWAYS AS ((prompt_tokens + completion_tokens)) STORED,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT daily_usage_pkey PRIMARY KEY (user_id, usage_date, model_name),
    CONSTRAINT daily_usage_model_name_check CHECK (((char_length(model_name) >= 1) AND (char_length(model_name) <= 100))),
    CONSTRAINT daily_usage_request_count_check CHECK (((failed_request_count >= 0) AND (request_count >= failed_request_count))),
    CONSTRAINT daily_usage_tokens_check CHECK (((cached_prompt_tokens >= 0) AND (prompt_tokens >= cached_prompt_tokens) AND (completion_tokens >= 0)))
);
GRANT SELECT ON public.daily_usage TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.daily_usage TO inspire_readwrite;
COMMENT ON TABLE public.daily_usage IS 'Requests and tokens of a user per day and model.';
COMMENT ON COLUMN public.daily_usage.failed_request_count IS 'The part of request_count that failed.';
COMMENT ON COLUMN public.daily_usage.usage_date IS 'The day in UTC.';
CREATE INDEX daily_usage_usage_date_idx ON public.daily_usage USING btree (usage_date);
CREATE TRIGGER daily_usage_set_updated_at BEFORE UPDATE ON public.daily_usage FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.message_attachments

CREATE TABLE public.message_attachments (
    message_id                   uuid NOT NULL,
    attachment_id                uuid NOT NULL,
    sort_order                   integer NOT NULL DEFAULT 0,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT message_attachments_pkey PRIMARY KEY (message_id, attachment_id)
);
GRANT SELECT ON public.message_attachments TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.message_attachments TO inspire_readwrite;
COMMENT ON TABLE public.message_attachments IS 'Files sent with a message.';
CREATE INDEX message_attachments_attachment_id_idx ON public.message_attachments USING btree (attachment_id);

-- table public.messages

CREATE TABLE public.messages (
    id                           uuid NOT NULL DEFAULT gen_random_uuid(),
    conversation_id              uuid NOT NULL,
    sequence_number              integer NOT NULL,
    author_role                  text NOT NULL,
    client_message_id            uuid,
    language_code                text NOT NULL DEFAULT 'und'::text,
    body                         text NOT NULL,
    delivery_state               text NOT NULL DEFAULT 'complete'::text,
    failure_code                 text,
    model_name                   text,
    prompt_tokens                integer,
    cached_prompt_tokens         integer,
    completion_tokens            integer,
    total_tokens                 bigint GENERATED ALWAYS AS (((prompt_tokens)::bigint + completion_tokens)) STORED,
    latency_ms                   integer,
    search_vector                tsvector,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_conversation_sequence_key UNIQUE (conversation_id, sequence_number),
    CONSTRAINT messages_author_role_check CHECK ((author_role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text, 'tool'::text]))),
    CONSTRAINT messages_body_check CHECK ((octet_length(body) <= 300000)),
    CONSTRAINT messages_cached_prompt_tokens_check CHECK (((cached_prompt_tokens IS NULL) OR ((prompt_tokens IS NOT NULL) AND ((cached_prompt_tokens >= 0) AND (cached_prompt_tokens <= prompt_tokens))))),
    CONSTRAINT messages_client_message_id_check CHECK (((client_message_id IS NULL) OR (author_role = 'user'::text))),
    CONSTRAINT messages_delivery_state_check CHECK ((delivery_state = ANY (ARRAY['pending'::text, 'streaming'::text, 'complete'::text, 'failed'::text]))),
    CONSTRAINT messages_failure_code_check CHECK ((((delivery_state = 'failed'::text) = (failure_code IS NOT NULL)) AND ((char_length(failure_code) >= 1) AND (char_length(failure_code) <= 100)))),
    CONSTRAINT messages_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT messages_latency_ms_check CHECK ((latency_ms >= 0)),
    CONSTRAINT messages_model_name_check CHECK (((char_length(model_name) >= 1) AND (char_length(model_name) <= 100))),
    CONSTRAINT messages_model_usage_check CHECK ((((model_name IS NULL) OR (author_role = 'assistant'::text)) AND ((model_name IS NOT NULL) OR ((prompt_tokens IS NULL) AND (latency_ms IS NULL))))),
    CONSTRAINT messages_sequence_number_check CHECK ((sequence_number > 0)),
    CONSTRAINT messages_tokens_check CHECK ((((prompt_tokens IS NULL) = (completion_tokens IS NULL)) AND (prompt_tokens >= 0) AND (completion_tokens >= 0)))
);
GRANT SELECT ON public.messages TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.messages TO inspire_readwrite;
COMMENT ON TABLE public.messages IS 'Messages of a conversation, with the token usage of the model that wrote them.';
COMMENT ON COLUMN public.messages.body IS 'Empty while a reply is pending; grows while it is streaming.';
COMMENT ON COLUMN public.messages.cached_prompt_tokens IS 'The part of prompt_tokens served from the model''s cache.';
COMMENT ON COLUMN public.messages.client_message_id IS 'Chosen by the sending client, so that sending again is harmless.';
COMMENT ON COLUMN public.messages.latency_ms IS 'Milliseconds from the request to the first token.';
COMMENT ON COLUMN public.messages.search_vector IS 'Kept by a trigger; NULL while the reply is pending or streaming. Search with a query built by the same text_search_config(language_code).';
COMMENT ON COLUMN public.messages.sequence_number IS 'Place in the conversation from 1. Times cannot order messages: one transaction gives its rows the same.';
CREATE UNIQUE INDEX messages_client_message_id_key ON public.messages USING btree (conversation_id, client_message_id) WHERE (client_message_id IS NOT NULL);
CREATE INDEX messages_created_at_idx ON public.messages USING brin (created_at);
CREATE INDEX messages_search_vector_idx ON public.messages USING gin (search_vector) WHERE (search_vector IS NOT NULL);
CREATE INDEX messages_unfinished_idx ON public.messages USING btree (updated_at) WHERE (delivery_state = ANY (ARRAY['pending'::text, 'streaming'::text]));
CREATE TRIGGER messages_set_search_vector BEFORE INSERT OR UPDATE OF body, language_code, delivery_state, search_vector ON public.messages FOR EACH ROW EXECUTE FUNCTION public.set_message_search_vector();
CREATE TRIGGER messages_set_updated_at BEFORE UPDATE ON public.messages FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();
CREATE TRIGGER messages_touch_conversation AFTER INSERT ON public.messages FOR EACH ROW EXECUTE FUNCTION public.touch_conversation();

-- table public.ui_translations

CREATE TABLE public.ui_translations (
    language_code                text NOT NULL,
    ui_namespace                 text NOT NULL,
    message_code                 text NOT NULL,
    message_text                 text NOT NULL,
    reviewed_by_user_id          uuid,
    reviewed_at                  timestamp with time zone,
    created_at                   timestamp with time zone NOT NULL DEFAULT now(),
    updated_at                   timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT ui_translations_pkey PRIMARY KEY (language_code, ui_namespace, message_code),
    CONSTRAINT ui_translations_language_code_check CHECK (((language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (char_length(language_code) <= 35))),
    CONSTRAINT ui_translations_message_code_check CHECK (((message_code ~ '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$'::text) AND (char_length(message_code) <= 200))),
    CONSTRAINT ui_translations_message_text_check CHECK (((char_length(message_text) >= 1) AND (char_length(message_text) <= 10000))),
    CONSTRAINT ui_translations_reviewed_check CHECK (((reviewed_by_user_id IS NULL) = (reviewed_at IS NULL))),
    CONSTRAINT ui_translations_ui_namespace_check CHECK ((ui_namespace ~ '^[a-z][a-z0-9_-]{0,49}$'::text))
);
GRANT SELECT ON public.ui_translations TO inspire_readonly;
GRANT DELETE, INSERT, SELECT, UPDATE ON public.ui_translations TO inspire_readwrite;
COMMENT ON TABLE public.ui_translations IS 'Texts of the user interface in each language.';
COMMENT ON COLUMN public.ui_translations.message_text IS 'ICU MessageFormat pattern.';
CREATE INDEX ui_translations_unreviewed_idx ON public.ui_translations USING btree (language_code, updated_at) WHERE (reviewed_at IS NULL);
CREATE TRIGGER ui_translations_set_updated_at BEFORE UPDATE ON public.ui_translations FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- table public.bible_verses

ALTER TABLE public.bible_verses ADD CONSTRAINT bible_verses_bible_version_fkey FOREIGN KEY (bible_version_code, language_code) REFERENCES public.bible_versions(code, language_code) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE public.bible_verses ADD CONSTRAINT bible_verses_book_code_fkey FOREIGN KEY (book_code) REFERENCES public.bible_books(code) ON DELETE RESTRICT;

-- table public.collection_items

ALTER TABLE public.collection_items ADD CONSTRAINT collection_items_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES public.collections(id) ON DELETE CASCADE;
ALTER TABLE public.collection_items ADD CONSTRAINT collection_items_content_item_id_fkey FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE CASCADE;

-- table public.collections

ALTER TABLE public.collections ADD CONSTRAINT collections_parent_collection_id_fkey FOREIGN KEY (parent_collection_id) REFERENCES public.collections(id) ON DELETE RESTRICT;

-- table public.content_attachments

ALTER TABLE public.content_attachments ADD CONSTRAINT content_attachments_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES public.attachments(id) ON DELETE RESTRICT;
ALTER TABLE public.content_attachments ADD CONSTRAINT content_attachments_content_item_id_fkey FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE CASCADE;

-- table public.content_items

ALTER TABLE public.content_items ADD CONSTRAINT content_items_content_type_code_fkey FOREIGN KEY (content_type_code) REFERENCES public.content_types(code) ON DELETE RESTRICT;
ALTER TABLE public.content_items ADD CONSTRAINT content_items_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.content_series(id) ON DELETE RESTRICT;

-- table public.content_translations

ALTER TABLE public.content_translations ADD CONSTRAINT content_translations_content_version_id_fkey FOREIGN KEY (content_version_id) REFERENCES public.content_versions(id) ON DELETE CASCADE;

-- table public.content_versions

ALTER TABLE public.content_versions ADD CONSTRAINT content_versions_content_item_id_fkey FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE RESTRICT;

-- table public.conversation_analytics

ALTER TABLE public.conversation_analytics ADD CONSTRAINT conversation_analytics_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;

-- table public.message_attachments

ALTER TABLE public.message_attachments ADD CONSTRAINT message_attachments_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES public.attachments(id) ON DELETE RESTRICT;
ALTER TABLE public.message_attachments ADD CONSTRAINT message_attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.messages(id) ON DELETE CASCADE;

-- table public.messages

ALTER TABLE public.messages ADD CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversations(id) ON DELETE CASCADE;

-- default privileges FOR ROLE inspire_owner IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO inspire_readwrite;

-- default privileges FOR ROLE inspire_owner IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public GRANT SELECT ON TABLES TO inspire_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE inspire_owner IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO inspire_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON SEQUENCES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO inspire_readwrite;

-- default privileges FOR ROLE postgres IN SCHEMA public ON TABLES

ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO inspire_readonly;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT DELETE, INSERT, SELECT, UPDATE ON TABLES TO inspire_readwrite;
