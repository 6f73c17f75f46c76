-- Migration: 0002_create_content_tables
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create ministry content: types, series, items, versions, translations and attachments

-- An item is what a link points at; its text lives in versions, of which at most one is
-- published. Text that readers have seen is never edited: a correction is a new version.
-- Columns named *_user_id hold identities of the platform's users; those rows live in
-- another database, so there is nothing here that a foreign key could point at.

BEGIN;

CREATE TABLE IF NOT EXISTS content_types (
    code text NOT NULL,
    display_name text NOT NULL,
    description text NOT NULL,
    sort_order smallint NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_types_pkey PRIMARY KEY (code),
    CONSTRAINT content_types_code_check
        CHECK (code ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(code) <= 50),
    CONSTRAINT content_types_display_name_check CHECK (length(display_name) BETWEEN 1 AND 100),
    CONSTRAINT content_types_description_check CHECK (length(description) BETWEEN 1 AND 500)
);

COMMENT ON TABLE content_types IS 'Kinds of ministry content, e.g. sermon or devotional.';
COMMENT ON COLUMN content_types.is_active IS
    'Offered for new content. Types in use are deactivated, not deleted.';

DROP TRIGGER IF EXISTS content_types_set_updated_at ON content_types;
CREATE TRIGGER content_types_set_updated_at
    BEFORE UPDATE ON content_types
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS content_series (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    title text NOT NULL,
    description text,
    language_code text NOT NULL,
    started_on date,
    ended_on date,
    is_visible boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_series_pkey PRIMARY KEY (id),
    CONSTRAINT content_series_slug_key UNIQUE (slug),
    CONSTRAINT content_series_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 120),
    CONSTRAINT content_series_title_check CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT content_series_description_check CHECK (length(description) <= 5000),
    CONSTRAINT content_series_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT content_series_ended_on_check
        CHECK (ended_on IS NULL OR (started_on IS NOT NULL AND ended_on >= started_on))
);

COMMENT ON TABLE content_series IS 'Ordered series of content, e.g. a sermon series.';
COMMENT ON COLUMN content_series.ended_on IS 'NULL while the series is running.';

DROP TRIGGER IF EXISTS content_series_set_updated_at ON content_series;
CREATE TRIGGER content_series_set_updated_at
    BEFORE UPDATE ON content_series
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS content_items (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    content_type_code text NOT NULL,
    slug text NOT NULL,
    series_id uuid,
    series_part integer,
    author_user_id uuid,
    byline text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_items_pkey PRIMARY KEY (id),
    CONSTRAINT content_items_slug_key UNIQUE (slug),
    -- Deferrable, so that one UPDATE can renumber a series. Also the index of the foreign key.
    CONSTRAINT content_items_series_part_key
        UNIQUE (series_id, series_part) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT content_items_content_type_code_fkey
        FOREIGN KEY (content_type_code) REFERENCES content_types (code) ON DELETE RESTRICT,
    CONSTRAINT content_items_series_id_fkey
        FOREIGN KEY (series_id) REFERENCES content_series (id) ON DELETE RESTRICT,
    CONSTRAINT content_items_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 120),
    CONSTRAINT content_items_series_part_check
        CHECK ((series_id IS NULL) = (series_part IS NULL) AND coalesce(series_part, 1) > 0),
    CONSTRAINT content_items_byline_check CHECK (length(byline) BETWEEN 1 AND 200)
);

CREATE INDEX IF NOT EXISTS content_items_content_type_code_idx
    ON content_items (content_type_code, created_at DESC);

CREATE INDEX IF NOT EXISTS content_items_author_user_id_idx
    ON content_items (author_user_id)
    WHERE author_user_id IS NOT NULL;

COMMENT ON TABLE content_items IS 'Pieces of ministry content; their text is in content_versions.';
COMMENT ON COLUMN content_items.slug IS 'Stable public address, independent of the title.';
COMMENT ON COLUMN content_items.author_user_id IS
    'Author''s user identity; NULL for authors without an account.';
COMMENT ON COLUMN content_items.byline IS 'Author as printed; NULL means the author''s profile name.';

DROP TRIGGER IF EXISTS content_items_set_updated_at ON content_items;
CREATE TRIGGER content_items_set_updated_at
    BEFORE UPDATE ON content_items
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS content_versions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    content_item_id uuid NOT NULL,
    version_number integer NOT NULL,
    language_code text NOT NULL,
    title text NOT NULL,
    summary text,
    body text NOT NULL,
    body_format text NOT NULL DEFAULT 'markdown',
    change_note text,
    edited_by_user_id uuid NOT NULL,
    publication_state text NOT NULL DEFAULT 'draft',
    scheduled_for timestamptz,
    published_at timestamptz,
    archived_at timestamptz,
    search_vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector(text_search_config(language_code), title), 'A')
        || setweight(to_tsvector(text_search_config(language_code), coalesce(summary, '')), 'B')
        || setweight(to_tsvector(text_search_config(language_code), body), 'C')
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_versions_pkey PRIMARY KEY (id),
    CONSTRAINT content_versions_item_version_key UNIQUE (content_item_id, version_number),
    -- Content is archived rather than deleted; RESTRICT makes a deletion a deliberate act.
    CONSTRAINT content_versions_content_item_id_fkey
        FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE RESTRICT,
    CONSTRAINT content_versions_version_number_check CHECK (version_number > 0),
    CONSTRAINT content_versions_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT content_versions_title_check CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT content_versions_summary_check CHECK (length(summary) <= 2000),
    -- In bytes; small enough that even a list of links fits the 1 MB of a tsvector.
    CONSTRAINT content_versions_body_check CHECK (octet_length(body) <= 300000),
    CONSTRAINT content_versions_body_format_check
        CHECK (body_format IN ('markdown', 'html', 'plain')),
    CONSTRAINT content_versions_change_note_check CHECK (length(change_note) <= 1000),
    CONSTRAINT content_versions_publication_state_check
        CHECK (publication_state IN ('draft', 'in_review', 'scheduled', 'published', 'archived')),
    CONSTRAINT content_versions_scheduled_for_check
        CHECK (publication_state <> 'scheduled' OR scheduled_for IS NOT NULL),
    -- An archived version may be a draft that was given up, so either is right for it.
    CONSTRAINT content_versions_published_at_check
        CHECK (publication_state = 'archived'
            OR (publication_state = 'published') = (published_at IS NOT NULL)),
    CONSTRAINT content_versions_archived_at_check
        CHECK ((publication_state = 'archived') = (archived_at IS NOT NULL)
            AND archived_at >= published_at)
);

-- Publishing a version means archiving its predecessor in the same transaction.
CREATE UNIQUE INDEX IF NOT EXISTS content_versions_one_published_key
    ON content_versions (content_item_id)
    WHERE publication_state = 'published';

CREATE INDEX IF NOT EXISTS content_versions_published_idx
    ON content_versions (language_code, published_at DESC)
    WHERE publication_state = 'published';

CREATE INDEX IF NOT EXISTS content_versions_scheduled_idx
    ON content_versions (scheduled_for)
    WHERE publication_state = 'scheduled';

CREATE INDEX IF NOT EXISTS content_versions_in_review_idx
    ON content_versions (updated_at)
    WHERE publication_state = 'in_review';

-- Readers search what is published; superseded text would only make the index larger.
CREATE INDEX IF NOT EXISTS content_versions_search_idx
    ON content_versions USING gin (search_vector)
    WHERE publication_state = 'published';

COMMENT ON TABLE content_versions IS 'Successive texts of a content item with their publication state.';
COMMENT ON COLUMN content_versions.language_code IS
    'BCP 47 code of the language this version was written in; see also content_translations.';
COMMENT ON COLUMN content_versions.published_at IS
    'When it was first published. Once set, neither this nor the text changes.';

CREATE OR REPLACE FUNCTION protect_published_content()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    RAISE EXCEPTION 'content version % has been published and its text cannot change', OLD.id
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Write the correction as a new version.';
END;
$$;

COMMENT ON FUNCTION protect_published_content() IS
    'Trigger function: rejects the change of a content version that readers have seen.';

DROP TRIGGER IF EXISTS content_versions_protect_published ON content_versions;
CREATE TRIGGER content_versions_protect_published
    BEFORE UPDATE ON content_versions
    FOR EACH ROW
    WHEN (
        OLD.published_at IS NOT NULL
        AND (
            OLD.content_item_id IS DISTINCT FROM NEW.content_item_id
            OR OLD.version_number IS DISTINCT FROM NEW.version_number
            OR OLD.language_code IS DISTINCT FROM NEW.language_code
            OR OLD.title IS DISTINCT FROM NEW.title
            OR OLD.summary IS DISTINCT FROM NEW.summary
            OR OLD.body IS DISTINCT FROM NEW.body
            OR OLD.body_format IS DISTINCT FROM NEW.body_format
            OR OLD.published_at IS DISTINCT FROM NEW.published_at
        )
    )
    EXECUTE FUNCTION protect_published_content();

DROP TRIGGER IF EXISTS content_versions_set_updated_at ON content_versions;
CREATE TRIGGER content_versions_set_updated_at
    BEFORE UPDATE ON content_versions
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- A translation belongs to a version, not to an item: a new version does not inherit a
-- translation of text that it no longer contains.
CREATE TABLE IF NOT EXISTS content_translations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    content_version_id uuid NOT NULL,
    language_code text NOT NULL,
    title text NOT NULL,
    summary text,
    body text NOT NULL,
    translation_origin text NOT NULL,
    translated_by_user_id uuid,
    reviewed_by_user_id uuid,
    translation_state text NOT NULL DEFAULT 'draft',
    published_at timestamptz,
    search_vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector(text_search_config(language_code), title), 'A')
        || setweight(to_tsvector(text_search_config(language_code), coalesce(summary, '')), 'B')
        || setweight(to_tsvector(text_search_config(language_code), body), 'C')
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_translations_pkey PRIMARY KEY (id),
    CONSTRAINT content_translations_version_language_key UNIQUE (content_version_id, language_code),
    CONSTRAINT content_translations_content_version_id_fkey
        FOREIGN KEY (content_version_id) REFERENCES content_versions (id) ON DELETE CASCADE,
    CONSTRAINT content_translations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT content_translations_title_check CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT content_translations_summary_check CHECK (length(summary) <= 2000),
    CONSTRAINT content_translations_body_check CHECK (octet_length(body) <= 300000),
    CONSTRAINT content_translations_translation_origin_check
        CHECK (translation_origin IN ('human', 'machine')),
    CONSTRAINT content_translations_translated_by_check
        CHECK ((translation_origin = 'human') = (translated_by_user_id IS NOT NULL)),
    CONSTRAINT content_translations_translation_state_check
        CHECK (translation_state IN ('draft', 'in_review', 'published')),
    CONSTRAINT content_translations_published_at_check
        CHECK ((translation_state = 'published') = (published_at IS NOT NULL)),
    -- No machine translation reaches readers before a person has read it.
    CONSTRAINT content_translations_reviewed_check
        CHECK (translation_origin = 'human'
            OR translation_state <> 'published'
            OR reviewed_by_user_id IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS content_translations_search_idx
    ON content_translations USING gin (search_vector)
    WHERE translation_state = 'published';

CREATE INDEX IF NOT EXISTS content_translations_in_review_idx
    ON content_translations (language_code, updated_at)
    WHERE translation_state = 'in_review';

COMMENT ON TABLE content_translations IS 'Translations of one content version into other languages.';

DROP TRIGGER IF EXISTS content_translations_set_updated_at ON content_translations;
CREATE TRIGGER content_translations_set_updated_at
    BEFORE UPDATE ON content_translations
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS attachments (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    uploaded_by_user_id uuid NOT NULL,
    storage_path text NOT NULL,
    original_filename text NOT NULL,
    media_type text NOT NULL,
    byte_size bigint NOT NULL,
    sha256_digest bytea NOT NULL,
    scan_state text NOT NULL DEFAULT 'pending',
    scanned_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT attachments_pkey PRIMARY KEY (id),
    CONSTRAINT attachments_storage_path_key UNIQUE (storage_path),
    CONSTRAINT attachments_storage_path_check CHECK (length(storage_path) BETWEEN 1 AND 1000),
    CONSTRAINT attachments_original_filename_check
        CHECK (length(original_filename) BETWEEN 1 AND 255),
    CONSTRAINT attachments_media_type_check
        CHECK (media_type ~ '^[a-z]+/[a-z0-9][a-z0-9.+-]*$' AND length(media_type) <= 127),
    CONSTRAINT attachments_byte_size_check CHECK (byte_size > 0),
    CONSTRAINT attachments_sha256_digest_check CHECK (octet_length(sha256_digest) = 32),
    CONSTRAINT attachments_scan_state_check CHECK (scan_state IN ('pending', 'clean', 'infected')),
    CONSTRAINT attachments_scanned_at_check
        CHECK ((scan_state = 'pending') = (scanned_at IS NULL) AND scanned_at >= created_at)
);

CREATE INDEX IF NOT EXISTS attachments_uploaded_by_user_id_idx
    ON attachments (uploaded_by_user_id, created_at DESC);

-- Finds a file that is already stored. Not unique: two people may upload the same file.
CREATE INDEX IF NOT EXISTS attachments_sha256_digest_idx
    ON attachments (sha256_digest);

CREATE INDEX IF NOT EXISTS attachments_scan_pending_idx
    ON attachments (created_at)
    WHERE scan_state = 'pending';

COMMENT ON TABLE attachments IS
    'Uploaded files; the bytes are in object storage. A row outlives its links, so that storage can be cleaned first.';
COMMENT ON COLUMN attachments.storage_path IS 'Path of the object within the storage bucket.';
COMMENT ON COLUMN attachments.scan_state IS 'Result of the malware scan; only clean files are served.';

DROP TRIGGER IF EXISTS attachments_set_updated_at ON attachments;
CREATE TRIGGER attachments_set_updated_at
    BEFORE UPDATE ON attachments
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS content_attachments (
    content_item_id uuid NOT NULL,
    attachment_id uuid NOT NULL,
    purpose text NOT NULL,
    caption text,
    sort_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT content_attachments_pkey PRIMARY KEY (content_item_id, attachment_id),
    CONSTRAINT content_attachments_content_item_id_fkey
        FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE CASCADE,
    CONSTRAINT content_attachments_attachment_id_fkey
        FOREIGN KEY (attachment_id) REFERENCES attachments (id) ON DELETE RESTRICT,
    CONSTRAINT content_attachments_purpose_check
        CHECK (purpose IN ('cover', 'audio', 'video', 'image', 'handout')),
    CONSTRAINT content_attachments_caption_check CHECK (length(caption) <= 500)
);

CREATE INDEX IF NOT EXISTS content_attachments_attachment_id_idx
    ON content_attachments (attachment_id);

CREATE UNIQUE INDEX IF NOT EXISTS content_attachments_one_cover_key
    ON content_attachments (content_item_id)
    WHERE purpose = 'cover';

COMMENT ON TABLE content_attachments IS 'Files that belong to a content item; at most one is its cover.';
COMMENT ON COLUMN content_attachments.caption IS 'Caption, read aloud as the alternative text of an image.';

DROP TRIGGER IF EXISTS content_attachments_set_updated_at ON content_attachments;
CREATE TRIGGER content_attachments_set_updated_at
    BEFORE UPDATE ON content_attachments
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMIT;
