-- Migration: 0003_create_platform_configuration
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: personas, feature flags, platform settings, safety thresholds and the canonical bible references, which all services read

BEGIN;

-- Personas -------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS persona_categories (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    display_name text NOT NULL,
    description text,
    sort_order integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT persona_categories_pkey PRIMARY KEY (id),
    CONSTRAINT persona_categories_slug_key UNIQUE (slug),
    CONSTRAINT persona_categories_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 80),
    CONSTRAINT persona_categories_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT persona_categories_description_check
        CHECK (char_length(description) BETWEEN 1 AND 1000)
);

DROP TRIGGER IF EXISTS persona_categories_set_updated_at ON persona_categories;
CREATE TRIGGER persona_categories_set_updated_at
    BEFORE UPDATE ON persona_categories
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE persona_categories IS
    'Shelves under which personas are offered. Sorted by sort_order, then by name.';

CREATE TABLE IF NOT EXISTS personas (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    category_id uuid NOT NULL,
    slug text NOT NULL,
    display_name text NOT NULL,
    summary text NOT NULL,
    instructions text NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    status text NOT NULL DEFAULT 'draft',
    published_at timestamptz,
    retired_at timestamptz,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT personas_pkey PRIMARY KEY (id),
    CONSTRAINT personas_slug_key UNIQUE (slug),
    CONSTRAINT personas_category_id_fkey
        FOREIGN KEY (category_id) REFERENCES persona_categories (id) ON DELETE RESTRICT,
    CONSTRAINT personas_created_by_fkey
        FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT personas_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 80),
    CONSTRAINT personas_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT personas_summary_check
        CHECK (char_length(summary) BETWEEN 1 AND 1000),
    CONSTRAINT personas_instructions_check
        CHECK (char_length(instructions) BETWEEN 1 AND 50000),
    CONSTRAINT personas_locale_check
        CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND char_length(locale) <= 35),
    CONSTRAINT personas_status_check
        CHECK (status IN ('draft', 'published', 'retired')),
    CONSTRAINT personas_published_check
        CHECK (status <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT personas_retired_check
        CHECK ((status = 'retired') = (retired_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS personas_category_id_idx ON personas (category_id);
CREATE INDEX IF NOT EXISTS personas_created_by_idx ON personas (created_by);
-- The catalogue shows what is published, by category.
CREATE INDEX IF NOT EXISTS personas_published_idx
    ON personas (category_id, display_name)
    WHERE status = 'published';

DROP TRIGGER IF EXISTS personas_set_updated_at ON personas;
CREATE TRIGGER personas_set_updated_at
    BEFORE UPDATE ON personas
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE personas IS
    'Characters that answer people. Other services store the id, so a persona is retired, not deleted.';
COMMENT ON COLUMN personas.instructions IS
    'What the language model is told about who it is; never shown to people.';
COMMENT ON COLUMN personas.published_at IS
    'First publication; kept when the persona is retired.';

CREATE TABLE IF NOT EXISTS persona_tags (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    display_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT persona_tags_pkey PRIMARY KEY (id),
    CONSTRAINT persona_tags_slug_key UNIQUE (slug),
    CONSTRAINT persona_tags_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 80),
    CONSTRAINT persona_tags_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 80)
);

COMMENT ON TABLE persona_tags IS
    'Free keywords for finding personas across categories.';

CREATE TABLE IF NOT EXISTS persona_tag_assignments (
    persona_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT persona_tag_assignments_pkey PRIMARY KEY (persona_id, tag_id),
    CONSTRAINT persona_tag_assignments_persona_id_fkey
        FOREIGN KEY (persona_id) REFERENCES personas (id) ON DELETE CASCADE,
    CONSTRAINT persona_tag_assignments_tag_id_fkey
        FOREIGN KEY (tag_id) REFERENCES persona_tags (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS persona_tag_assignments_tag_id_idx
    ON persona_tag_assignments (tag_id);

COMMENT ON TABLE persona_tag_assignments IS
    'Which persona carries which tag.';


-- Safety thresholds ------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS safety_thresholds (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    risk_category text NOT NULL,
    persona_id uuid,
    warn_score numeric(4,3) NOT NULL,
    block_score numeric(4,3) NOT NULL,
    escalate_score numeric(4,3),
    rationale text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    updated_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT safety_thresholds_pkey PRIMARY KEY (id),
    CONSTRAINT safety_thresholds_persona_id_fkey
        FOREIGN KEY (persona_id) REFERENCES personas (id) ON DELETE CASCADE,
    CONSTRAINT safety_thresholds_updated_by_fkey
        FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
    -- A closed list: a misspelt category would quietly protect nobody.
    CONSTRAINT safety_thresholds_risk_category_check
        CHECK (risk_category IN (
            'self_harm', 'violence', 'sexual_content', 'minor_safety', 'hate',
            'harassment', 'spiritual_abuse', 'medical_advice', 'personal_data'
        )),
    CONSTRAINT safety_thresholds_scores_check
        CHECK (warn_score >= 0 AND warn_score <= block_score AND block_score <= 1),
    CONSTRAINT safety_thresholds_escalate_score_check
        CHECK (escalate_score BETWEEN 0 AND 1),
    CONSTRAINT safety_thresholds_rationale_check
        CHECK (char_length(rationale) BETWEEN 1 AND 1000)
);

-- One rule in force per category, for the platform and for each persona.
CREATE UNIQUE INDEX IF NOT EXISTS safety_thresholds_platform_key
    ON safety_thresholds (risk_category)
    WHERE is_active AND persona_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS safety_thresholds_persona_key
    ON safety_thresholds (persona_id, risk_category)
    WHERE is_active AND persona_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS safety_thresholds_persona_id_idx ON safety_thresholds (persona_id);
CREATE INDEX IF NOT EXISTS safety_thresholds_updated_by_idx ON safety_thresholds (updated_by);

DROP TRIGGER IF EXISTS safety_thresholds_set_updated_at ON safety_thresholds;
CREATE TRIGGER safety_thresholds_set_updated_at
    BEFORE UPDATE ON safety_thresholds
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE safety_thresholds IS
    'Scores from which an answer is flagged, withheld or handed to a person. A rule for a persona overrides the one for the platform.';
COMMENT ON COLUMN safety_thresholds.persona_id IS
    'NULL: holds for the whole platform.';
COMMENT ON COLUMN safety_thresholds.warn_score IS
    'Classifier probability, 0 to 1, from which an answer is flagged for review.';
COMMENT ON COLUMN safety_thresholds.block_score IS
    'Probability from which the answer is withheld.';
COMMENT ON COLUMN safety_thresholds.escalate_score IS
    'Probability from which a person is called in; NULL for never. Independent of blocking: someone in danger is to be helped, not silenced.';


-- Feature flags and settings ---------------------------------------------------------

CREATE TABLE IF NOT EXISTS feature_flags (
    flag_key text NOT NULL,
    description text NOT NULL,
    owner_team text NOT NULL,
    is_enabled boolean NOT NULL DEFAULT false,
    rollout_percent smallint NOT NULL DEFAULT 100,
    targeting jsonb NOT NULL DEFAULT '{}',
    review_on date,
    updated_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT feature_flags_pkey PRIMARY KEY (flag_key),
    CONSTRAINT feature_flags_updated_by_fkey
        FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT feature_flags_flag_key_check
        CHECK (flag_key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' AND char_length(flag_key) <= 100),
    CONSTRAINT feature_flags_description_check
        CHECK (char_length(description) BETWEEN 1 AND 1000),
    CONSTRAINT feature_flags_owner_team_check
        CHECK (char_length(owner_team) BETWEEN 1 AND 80),
    CONSTRAINT feature_flags_rollout_percent_check
        CHECK (rollout_percent BETWEEN 0 AND 100),
    CONSTRAINT feature_flags_targeting_check
        CHECK (jsonb_typeof(targeting) = 'object')
);

CREATE INDEX IF NOT EXISTS feature_flags_updated_by_idx ON feature_flags (updated_by);

DROP TRIGGER IF EXISTS feature_flags_set_updated_at ON feature_flags;
CREATE TRIGGER feature_flags_set_updated_at
    BEFORE UPDATE ON feature_flags
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE feature_flags IS
    'Switches that services read at run time. Off unless is_enabled, and then on for rollout_percent of those whom targeting admits.';
COMMENT ON COLUMN feature_flags.targeting IS
    'Rules that narrow the audience; {} admits everyone.';
COMMENT ON COLUMN feature_flags.review_on IS
    'Day on which the owner decides whether the flag can go; NULL for a permanent switch.';

CREATE TABLE IF NOT EXISTS platform_settings (
    setting_key text NOT NULL,
    setting_value jsonb NOT NULL,
    value_kind text NOT NULL,
    description text NOT NULL,
    is_public boolean NOT NULL DEFAULT false,
    updated_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT platform_settings_pkey PRIMARY KEY (setting_key),
    CONSTRAINT platform_settings_updated_by_fkey
        FOREIGN KEY (updated_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT platform_settings_setting_key_check
        CHECK (setting_key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' AND char_length(setting_key) <= 100),
    CONSTRAINT platform_settings_value_kind_check
        CHECK (value_kind IN ('string', 'number', 'boolean', 'array', 'object')),
    CONSTRAINT platform_settings_setting_value_check
        CHECK (jsonb_typeof(setting_value) = value_kind),
    CONSTRAINT platform_settings_description_check
        CHECK (char_length(description) BETWEEN 1 AND 1000)
);

CREATE INDEX IF NOT EXISTS platform_settings_updated_by_idx ON platform_settings (updated_by);

DROP TRIGGER IF EXISTS platform_settings_set_updated_at ON platform_settings;
CREATE TRIGGER platform_settings_set_updated_at
    BEFORE UPDATE ON platform_settings
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE platform_settings IS
    'Settings that hold for the whole platform. Never credentials: those belong to the environment.';
COMMENT ON COLUMN platform_settings.value_kind IS
    'The JSON type that readers rely on; a value of another type is refused.';
COMMENT ON COLUMN platform_settings.is_public IS
    'May be sent to browsers and applications.';


-- Bible ------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS bible_books (
    osis_code text NOT NULL,
    display_name text NOT NULL,
    testament text NOT NULL,
    canonical_order smallint NOT NULL,
    chapter_count smallint NOT NULL,
    CONSTRAINT bible_books_pkey PRIMARY KEY (osis_code),
    CONSTRAINT bible_books_display_name_key UNIQUE (display_name),
    CONSTRAINT bible_books_canonical_order_key UNIQUE (canonical_order),
    CONSTRAINT bible_books_osis_code_check
        CHECK (osis_code ~ '^[1-3]?[A-Z][A-Za-z]{1,6}$'),
    CONSTRAINT bible_books_display_name_check
        CHECK (char_length(display_name) BETWEEN 1 AND 40),
    CONSTRAINT bible_books_testament_check
        CHECK (testament IN ('old', 'new')),
    -- 39 books, then 27.
    CONSTRAINT bible_books_canonical_order_check
        CHECK ((testament = 'old') = (canonical_order <= 39)
            AND canonical_order BETWEEN 1 AND 66),
    CONSTRAINT bible_books_chapter_count_check
        CHECK (chapter_count BETWEEN 1 AND 150)
);

COMMENT ON TABLE bible_books IS
    'The 66 books of the Protestant canon, in its order.';
COMMENT ON COLUMN bible_books.osis_code IS
    'Abbreviation of the OSIS standard, such as Gen or 1Cor; case matters.';

-- osis_ref is computed, so that one passage has one spelling, and its uniqueness also
-- covers whole chapters, whose verse columns are NULL.
CREATE TABLE IF NOT EXISTS bible_verse_references (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    osis_code text NOT NULL,
    start_chapter smallint NOT NULL,
    start_verse smallint,
    end_chapter smallint NOT NULL,
    end_verse smallint,
    osis_ref text NOT NULL GENERATED ALWAYS AS (
        osis_code || '.' || start_chapter::text || COALESCE('.' || start_verse::text, '')
        || CASE
            WHEN start_chapter = end_chapter AND start_verse IS NOT DISTINCT FROM end_verse THEN ''
            ELSE '-' || osis_code || '.' || end_chapter::text || COALESCE('.' || end_verse::text, '')
        END
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bible_verse_references_pkey PRIMARY KEY (id),
    CONSTRAINT bible_verse_references_osis_ref_key UNIQUE (osis_ref),
    CONSTRAINT bible_verse_references_osis_code_fkey
        FOREIGN KEY (osis_code) REFERENCES bible_books (osis_code) ON DELETE RESTRICT,
    CONSTRAINT bible_verse_references_start_chapter_check
        CHECK (start_chapter >= 1),
    -- Psalm 119 is the longest chapter.
    CONSTRAINT bible_verse_references_start_verse_check
        CHECK (start_verse BETWEEN 1 AND 176),
    CONSTRAINT bible_verse_references_end_verse_check
        CHECK (end_verse BETWEEN 1 AND 176),
    CONSTRAINT bible_verse_references_whole_chapter_check
        CHECK ((start_verse IS NULL) = (end_verse IS NULL)),
    CONSTRAINT bible_verse_references_range_check
        CHECK (end_chapter > start_chapter
            OR (end_chapter = start_chapter AND COALESCE(end_verse, 0) >= COALESCE(start_verse, 0)))
);

-- "Which known passages touch this chapter?"
CREATE INDEX IF NOT EXISTS bible_verse_references_passage_idx
    ON bible_verse_references (osis_code, start_chapter, end_chapter);

COMMENT ON TABLE bible_verse_references IS
    'Passages that content refers to: a verse, a range of verses or whole chapters of one book. Other services store the id or the osis_ref.';
COMMENT ON COLUMN bible_verse_references.start_verse IS
    'NULL together with end_verse: whole chapters.';
COMMENT ON COLUMN bible_verse_references.osis_ref IS
    'OSIS spelling, such as John.3.16, Ps.23 or Matt.5.3-Matt.5.12.';

-- A CHECK cannot look into bible_books, a trigger can. Verse counts differ between
-- translations and are deliberately not checked.
CREATE OR REPLACE FUNCTION check_bible_verse_reference()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
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
$$;

COMMENT ON FUNCTION check_bible_verse_reference() IS
    'Row trigger: refuses a reference to a chapter that its book does not have.';

DROP TRIGGER IF EXISTS bible_verse_references_check_chapter ON bible_verse_references;
CREATE TRIGGER bible_verse_references_check_chapter
    BEFORE INSERT OR UPDATE ON bible_verse_references
    FOR EACH ROW EXECUTE FUNCTION check_bible_verse_reference();

COMMIT;
