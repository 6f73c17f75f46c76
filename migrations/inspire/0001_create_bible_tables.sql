-- Migration: 0001_create_bible_tables
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create the helpers every later table uses, and the Bible: books, versions and verses with full-text search

-- Books and versions are reference data and have natural keys (USFM book codes, the
-- customary abbreviations of versions), so that they are the same in every environment.

BEGIN;

-- Keeps updated_at honest whatever client writes the row.
CREATE OR REPLACE FUNCTION set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := pg_catalog.now();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION set_updated_at() IS
    'Trigger function: sets updated_at to the time of the transaction.';

-- The one place that says which stemmer belongs to a language. Generated columns need an
-- immutable expression and queries must use the same configuration as the stored vector;
-- both call this. A column of type regconfig would do the same, but blocks pg_upgrade.
-- The list is that of PostgreSQL 13, so that every supported server gives the same answer.
CREATE OR REPLACE FUNCTION text_search_config(language_code text)
RETURNS regconfig
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
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
$$;

COMMENT ON FUNCTION text_search_config(text) IS
    'Text search configuration of a BCP 47 language code; simple where there is no stemmer. Stored vectors depend on it: changing the answer for a language means rewriting that language''s rows.';

CREATE TABLE IF NOT EXISTS bible_books (
    code text NOT NULL,
    book_number smallint NOT NULL,
    testament text NOT NULL,
    english_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bible_books_pkey PRIMARY KEY (code),
    CONSTRAINT bible_books_book_number_key UNIQUE (book_number),
    CONSTRAINT bible_books_code_check CHECK (code ~ '^[1-4A-Z][0-9A-Z]{2}$'),
    CONSTRAINT bible_books_book_number_check CHECK (book_number > 0),
    CONSTRAINT bible_books_testament_check CHECK (testament IN ('old', 'new', 'deuterocanon')),
    CONSTRAINT bible_books_english_name_check CHECK (length(english_name) BETWEEN 1 AND 100)
);

COMMENT ON TABLE bible_books IS 'The books of the Bible, shared by all versions.';
COMMENT ON COLUMN bible_books.code IS 'USFM book identifier, e.g. GEN or 1CO.';
COMMENT ON COLUMN bible_books.book_number IS
    'Order of presentation: 1 to 39 Old Testament, 40 to 66 New Testament, from 67 the deuterocanonical books.';

DROP TRIGGER IF EXISTS bible_books_set_updated_at ON bible_books;
CREATE TRIGGER bible_books_set_updated_at
    BEFORE UPDATE ON bible_books
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS bible_versions (
    code text NOT NULL,
    language_code text NOT NULL,
    title text NOT NULL,
    publication_year smallint,
    text_direction text NOT NULL DEFAULT 'ltr',
    license_kind text NOT NULL,
    copyright_notice text,
    text_loaded_at timestamptz,
    is_available boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bible_versions_pkey PRIMARY KEY (code),
    -- Redundant beside the primary key, but the target of the verses' foreign key.
    CONSTRAINT bible_versions_code_language_code_key UNIQUE (code, language_code),
    CONSTRAINT bible_versions_code_check CHECK (code ~ '^[A-Z][0-9A-Z]{1,15}$'),
    CONSTRAINT bible_versions_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT bible_versions_title_check CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT bible_versions_publication_year_check CHECK (publication_year BETWEEN 1 AND 2200),
    CONSTRAINT bible_versions_text_direction_check CHECK (text_direction IN ('ltr', 'rtl')),
    CONSTRAINT bible_versions_license_kind_check
        CHECK (license_kind IN ('public-domain', 'licensed')),
    -- A licensed text must never be shown without its notice.
    CONSTRAINT bible_versions_copyright_notice_check
        CHECK (license_kind = 'public-domain' OR length(coalesce(copyright_notice, '')) > 0),
    CONSTRAINT bible_versions_is_available_check
        CHECK (NOT is_available OR text_loaded_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS bible_versions_available_idx
    ON bible_versions (language_code, title)
    WHERE is_available;

COMMENT ON TABLE bible_versions IS 'Bible translations and editions, whether or not their text is loaded.';
COMMENT ON COLUMN bible_versions.code IS 'Customary abbreviation, e.g. KJV.';
COMMENT ON COLUMN bible_versions.language_code IS 'BCP 47 language code of the text.';
COMMENT ON COLUMN bible_versions.publication_year IS
    'Year of the edition the title names; NULL for a text under continual revision.';
COMMENT ON COLUMN bible_versions.text_loaded_at IS
    'When the verses were last loaded or corrected; clients refresh their copy when it moves.';
COMMENT ON COLUMN bible_versions.is_available IS 'Offered to readers; needs a loaded text.';

DROP TRIGGER IF EXISTS bible_versions_set_updated_at ON bible_versions;
CREATE TRIGGER bible_versions_set_updated_at
    BEFORE UPDATE ON bible_versions
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Verses are loaded in bulk, a version at a time, so they carry no timestamps of their own:
-- bible_versions.text_loaded_at says when the text changed.
CREATE TABLE IF NOT EXISTS bible_verses (
    bible_version_code text NOT NULL,
    book_code text NOT NULL,
    chapter smallint NOT NULL,
    verse smallint NOT NULL,
    language_code text NOT NULL,
    verse_text text NOT NULL,
    search_vector tsvector GENERATED ALWAYS AS (
        to_tsvector(text_search_config(language_code), verse_text)
    ) STORED,
    CONSTRAINT bible_verses_pkey PRIMARY KEY (bible_version_code, book_code, chapter, verse),
    -- The language is repeated here because a generated column sees only its own row; the
    -- foreign key keeps it equal to the version's.
    CONSTRAINT bible_verses_bible_version_fkey
        FOREIGN KEY (bible_version_code, language_code)
        REFERENCES bible_versions (code, language_code)
        ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT bible_verses_book_code_fkey
        FOREIGN KEY (book_code) REFERENCES bible_books (code) ON DELETE RESTRICT,
    CONSTRAINT bible_verses_chapter_check CHECK (chapter BETWEEN 0 AND 200),
    CONSTRAINT bible_verses_verse_check CHECK (verse BETWEEN 0 AND 200),
    CONSTRAINT bible_verses_verse_text_check CHECK (length(verse_text) BETWEEN 1 AND 5000)
);

CREATE INDEX IF NOT EXISTS bible_verses_version_language_idx
    ON bible_verses (bible_version_code, language_code);

-- Serves "this passage in every version" as well as the foreign key.
CREATE INDEX IF NOT EXISTS bible_verses_passage_idx
    ON bible_verses (book_code, chapter, verse);

CREATE INDEX IF NOT EXISTS bible_verses_search_idx
    ON bible_verses USING gin (search_vector);

COMMENT ON TABLE bible_verses IS 'The text of the Bible, one row per version and verse.';
COMMENT ON COLUMN bible_verses.chapter IS 'Chapter in the version''s own numbering; 0 is a prologue.';
COMMENT ON COLUMN bible_verses.verse IS 'Verse in the version''s own numbering; 0 is a superscription.';
COMMENT ON COLUMN bible_verses.search_vector IS
    'Search with a query built by the same text_search_config(language_code).';

COMMIT;
