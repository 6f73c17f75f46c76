-- Migration: 0025_search_complete_messages
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Search only messages that are complete, so that a reply that is streaming is not analysed anew with every chunk
-- Contract: a message is found once it is complete; releases that search read the same column

-- search_vector was generated: each chunk of a streaming reply computed the vector of the
-- whole body so far, and put it into the index. Now a trigger computes it once, when the
-- body has stopped growing, and it is NULL until then.
--
-- DROP EXPRESSION makes it a plain column in the catalog: no row is written, the vectors
-- that are there stay, and the column is there for releases that read it. They write
-- messages as before, since the column could never be written to. Their queries
-- (search_vector @@ ...) find the same messages as soon as these are complete; 0028 builds
-- the index without the rest, and 0029 drops the one with it.
--
-- The checks are exchanged for the reasons that 0013 gives.

BEGIN;

ALTER TABLE messages
    ALTER COLUMN search_vector DROP EXPRESSION IF EXISTS,
    DROP CONSTRAINT IF EXISTS messages_language_code_check,
    ADD CONSTRAINT messages_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
            AND char_length(language_code) <= 35) NOT VALID,
    DROP CONSTRAINT IF EXISTS messages_failure_code_check,
    ADD CONSTRAINT messages_failure_code_check
        CHECK ((delivery_state = 'failed') = (failure_code IS NOT NULL)
            AND char_length(failure_code) BETWEEN 1 AND 100) NOT VALID,
    DROP CONSTRAINT IF EXISTS messages_model_name_check,
    ADD CONSTRAINT messages_model_name_check
        CHECK (char_length(model_name) BETWEEN 1 AND 100) NOT VALID;

CREATE OR REPLACE FUNCTION set_message_search_vector()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
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
$$;

COMMENT ON FUNCTION set_message_search_vector() IS
    'Trigger function: computes the search vector of a message once its body no longer grows: complete, or failed.';

DROP TRIGGER IF EXISTS messages_set_search_vector ON messages;
CREATE TRIGGER messages_set_search_vector
    BEFORE INSERT OR UPDATE OF body, language_code, delivery_state, search_vector ON messages
    FOR EACH ROW EXECUTE FUNCTION set_message_search_vector();

COMMENT ON COLUMN messages.search_vector IS
    'Kept by a trigger; NULL while the reply is pending or streaming. Search with a query built by the same text_search_config(language_code).';

COMMIT;
