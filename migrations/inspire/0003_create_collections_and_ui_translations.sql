-- Migration: 0003_create_collections_and_ui_translations
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create what readers navigate by: the tree of collections and the translated texts of the user interface

BEGIN;

CREATE TABLE IF NOT EXISTS collections (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    parent_collection_id uuid,
    slug text NOT NULL,
    title text NOT NULL,
    description text,
    sort_order integer NOT NULL DEFAULT 0,
    is_visible boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT collections_pkey PRIMARY KEY (id),
    CONSTRAINT collections_parent_slug_key UNIQUE (parent_collection_id, slug),
    CONSTRAINT collections_parent_collection_id_fkey
        FOREIGN KEY (parent_collection_id) REFERENCES collections (id) ON DELETE RESTRICT,
    CONSTRAINT collections_slug_check
        CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 120),
    CONSTRAINT collections_title_check CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT collections_description_check CHECK (length(description) <= 5000)
);

-- The unique constraint does not compare rows whose parent is NULL; this does.
CREATE UNIQUE INDEX IF NOT EXISTS collections_root_slug_key
    ON collections (slug)
    WHERE parent_collection_id IS NULL;

COMMENT ON TABLE collections IS 'Tree of collections in which content is presented.';
COMMENT ON COLUMN collections.parent_collection_id IS 'NULL for a root. Cycles are rejected by a trigger.';
COMMENT ON COLUMN collections.slug IS 'Unique among siblings: a step of the path in the public address.';

-- The advisory lock makes moves wait for each other: two concurrent moves, each harmless
-- by itself, could close a cycle that neither would see.
CREATE OR REPLACE FUNCTION reject_collection_cycle()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
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
$$;

COMMENT ON FUNCTION reject_collection_cycle() IS
    'Trigger function: rejects a parent that is the collection itself or one of its descendants.';

DROP TRIGGER IF EXISTS collections_reject_cycle ON collections;
CREATE TRIGGER collections_reject_cycle
    BEFORE INSERT OR UPDATE OF parent_collection_id ON collections
    FOR EACH ROW
    WHEN (NEW.parent_collection_id IS NOT NULL)
    EXECUTE FUNCTION reject_collection_cycle();

DROP TRIGGER IF EXISTS collections_set_updated_at ON collections;
CREATE TRIGGER collections_set_updated_at
    BEFORE UPDATE ON collections
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS collection_items (
    collection_id uuid NOT NULL,
    content_item_id uuid NOT NULL,
    sort_order integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT collection_items_pkey PRIMARY KEY (collection_id, content_item_id),
    -- Deferrable, so that one UPDATE can reorder a collection.
    CONSTRAINT collection_items_sort_order_key
        UNIQUE (collection_id, sort_order) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT collection_items_collection_id_fkey
        FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE,
    CONSTRAINT collection_items_content_item_id_fkey
        FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS collection_items_content_item_id_idx
    ON collection_items (content_item_id);

COMMENT ON TABLE collection_items IS 'Content of a collection in its order; an item may be in several collections.';

DROP TRIGGER IF EXISTS collection_items_set_updated_at ON collection_items;
CREATE TRIGGER collection_items_set_updated_at
    BEFORE UPDATE ON collection_items
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Clients load all messages of one namespace in one language: a range of the primary key.
CREATE TABLE IF NOT EXISTS ui_translations (
    language_code text NOT NULL,
    ui_namespace text NOT NULL,
    message_code text NOT NULL,
    message_text text NOT NULL,
    reviewed_by_user_id uuid,
    reviewed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ui_translations_pkey PRIMARY KEY (language_code, ui_namespace, message_code),
    CONSTRAINT ui_translations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT ui_translations_ui_namespace_check CHECK (ui_namespace ~ '^[a-z][a-z0-9_-]{0,49}$'),
    CONSTRAINT ui_translations_message_code_check
        CHECK (message_code ~ '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)*$' AND length(message_code) <= 200),
    CONSTRAINT ui_translations_message_text_check CHECK (length(message_text) BETWEEN 1 AND 10000),
    CONSTRAINT ui_translations_reviewed_check
        CHECK ((reviewed_by_user_id IS NULL) = (reviewed_at IS NULL))
);

CREATE INDEX IF NOT EXISTS ui_translations_unreviewed_idx
    ON ui_translations (language_code, updated_at)
    WHERE reviewed_at IS NULL;

COMMENT ON TABLE ui_translations IS 'Texts of the user interface in each language.';
COMMENT ON COLUMN ui_translations.message_text IS 'ICU MessageFormat pattern.';

DROP TRIGGER IF EXISTS ui_translations_set_updated_at ON ui_translations;
CREATE TRIGGER ui_translations_set_updated_at
    BEFORE UPDATE ON ui_translations
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMIT;
