-- Migration: 0004_create_conversation_tables
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create conversations with their messages and attachments, conversation analytics and daily usage

-- user_id holds the identity of a platform user; that row lives in another database, so
-- there is nothing here that a foreign key could point at.

BEGIN;

CREATE TABLE IF NOT EXISTS conversations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    title text,
    language_code text NOT NULL DEFAULT 'und',
    last_activity_at timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    CONSTRAINT conversations_title_check CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT conversations_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    CONSTRAINT conversations_archived_at_check CHECK (archived_at >= created_at),
    CONSTRAINT conversations_deleted_at_check CHECK (deleted_at >= created_at)
);

-- A user's list of conversations, latest first.
CREATE INDEX IF NOT EXISTS conversations_user_activity_idx
    ON conversations (user_id, last_activity_at DESC)
    WHERE deleted_at IS NULL;

-- Erasing a user has to find the deleted ones as well, and the purge job the oldest of them.
CREATE INDEX IF NOT EXISTS conversations_user_deleted_idx
    ON conversations (user_id)
    WHERE deleted_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS conversations_purge_idx
    ON conversations (deleted_at)
    WHERE deleted_at IS NOT NULL;

COMMENT ON TABLE conversations IS 'Conversations of a user with the assistant.';
COMMENT ON COLUMN conversations.title IS 'NULL until the user or the assistant has named it.';
COMMENT ON COLUMN conversations.language_code IS 'BCP 47 code; und while the language is not known.';
COMMENT ON COLUMN conversations.last_activity_at IS
    'Time of the latest message, kept by a trigger on messages; until there is one, of creation.';
COMMENT ON COLUMN conversations.deleted_at IS
    'Set when the user deletes the conversation; a job removes the row after the grace period.';

DROP TRIGGER IF EXISTS conversations_set_updated_at ON conversations;
CREATE TRIGGER conversations_set_updated_at
    BEFORE UPDATE ON conversations
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL,
    sequence_number integer NOT NULL,
    author_role text NOT NULL,
    client_message_id uuid,
    language_code text NOT NULL DEFAULT 'und',
    body text NOT NULL,
    delivery_state text NOT NULL DEFAULT 'complete',
    failure_code text,
    model_name text,
    prompt_tokens integer,
    cached_prompt_tokens integer,
    completion_tokens integer,
    total_tokens bigint GENERATED ALWAYS AS (prompt_tokens::bigint + completion_tokens) STORED,
    latency_ms integer,
    search_vector tsvector GENERATED ALWAYS AS (
        to_tsvector(text_search_config(language_code), body)
    ) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_conversation_sequence_key UNIQUE (conversation_id, sequence_number),
    CONSTRAINT messages_conversation_id_fkey
        FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
    CONSTRAINT messages_sequence_number_check CHECK (sequence_number > 0),
    CONSTRAINT messages_author_role_check
        CHECK (author_role IN ('user', 'assistant', 'system', 'tool')),
    CONSTRAINT messages_client_message_id_check
        CHECK (client_message_id IS NULL OR author_role = 'user'),
    CONSTRAINT messages_language_code_check
        CHECK (language_code ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    -- In bytes; small enough that even a list of links fits the 1 MB of a tsvector.
    CONSTRAINT messages_body_check CHECK (octet_length(body) <= 300000),
    CONSTRAINT messages_delivery_state_check
        CHECK (delivery_state IN ('pending', 'streaming', 'complete', 'failed')),
    CONSTRAINT messages_failure_code_check
        CHECK ((delivery_state = 'failed') = (failure_code IS NOT NULL)
            AND length(failure_code) BETWEEN 1 AND 100),
    CONSTRAINT messages_model_name_check CHECK (length(model_name) BETWEEN 1 AND 100),
    CONSTRAINT messages_tokens_check
        CHECK ((prompt_tokens IS NULL) = (completion_tokens IS NULL)
            AND prompt_tokens >= 0
            AND completion_tokens >= 0),
    CONSTRAINT messages_cached_prompt_tokens_check
        CHECK (cached_prompt_tokens IS NULL
            OR (prompt_tokens IS NOT NULL AND cached_prompt_tokens BETWEEN 0 AND prompt_tokens)),
    CONSTRAINT messages_latency_ms_check CHECK (latency_ms >= 0),
    -- Only the assistant's messages come from a model, and tokens are worth nothing in an
    -- account without the model that used them.
    CONSTRAINT messages_model_usage_check
        CHECK ((model_name IS NULL OR author_role = 'assistant')
            AND (model_name IS NOT NULL OR (prompt_tokens IS NULL AND latency_ms IS NULL)))
);

-- A client that sends a message again after a lost reply must not post it twice.
CREATE UNIQUE INDEX IF NOT EXISTS messages_client_message_id_key
    ON messages (conversation_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

-- Finds replies whose worker died.
CREATE INDEX IF NOT EXISTS messages_unfinished_idx
    ON messages (updated_at)
    WHERE delivery_state IN ('pending', 'streaming');

-- Analytics read recent messages in ranges of time; BRIN costs next to nothing for rows
-- that arrive in the order of time.
CREATE INDEX IF NOT EXISTS messages_created_at_idx
    ON messages USING brin (created_at);

CREATE INDEX IF NOT EXISTS messages_search_idx
    ON messages USING gin (search_vector);

COMMENT ON TABLE messages IS 'Messages of a conversation, with the token usage of the model that wrote them.';
COMMENT ON COLUMN messages.sequence_number IS
    'Place in the conversation from 1. Times cannot order messages: one transaction gives its rows the same.';
COMMENT ON COLUMN messages.client_message_id IS
    'Chosen by the sending client, so that sending again is harmless.';
COMMENT ON COLUMN messages.body IS 'Empty while a reply is pending; grows while it is streaming.';
COMMENT ON COLUMN messages.cached_prompt_tokens IS 'The part of prompt_tokens served from the model''s cache.';
COMMENT ON COLUMN messages.latency_ms IS 'Milliseconds from the request to the first token.';

DROP TRIGGER IF EXISTS messages_set_updated_at ON messages;
CREATE TRIGGER messages_set_updated_at
    BEFORE UPDATE ON messages
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Never moves backwards, so that importing old messages leaves the order of the list alone.
CREATE OR REPLACE FUNCTION touch_conversation()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE public.conversations
    SET last_activity_at = NEW.created_at
    WHERE id = NEW.conversation_id
      AND last_activity_at < NEW.created_at;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION touch_conversation() IS
    'Trigger function: carries the time of a new message to its conversation.';

DROP TRIGGER IF EXISTS messages_touch_conversation ON messages;
CREATE TRIGGER messages_touch_conversation
    AFTER INSERT ON messages
    FOR EACH ROW EXECUTE FUNCTION touch_conversation();

CREATE TABLE IF NOT EXISTS message_attachments (
    message_id uuid NOT NULL,
    attachment_id uuid NOT NULL,
    sort_order integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT message_attachments_pkey PRIMARY KEY (message_id, attachment_id),
    CONSTRAINT message_attachments_message_id_fkey
        FOREIGN KEY (message_id) REFERENCES messages (id) ON DELETE CASCADE,
    CONSTRAINT message_attachments_attachment_id_fkey
        FOREIGN KEY (attachment_id) REFERENCES attachments (id) ON DELETE RESTRICT
);

CREATE INDEX IF NOT EXISTS message_attachments_attachment_id_idx
    ON message_attachments (attachment_id);

COMMENT ON TABLE message_attachments IS 'Files sent with a message.';

-- Derived from messages by a job, and removed with the conversation for the user's privacy.
CREATE TABLE IF NOT EXISTS conversation_analytics (
    conversation_id uuid NOT NULL,
    message_count integer NOT NULL DEFAULT 0,
    user_message_count integer NOT NULL DEFAULT 0,
    assistant_message_count integer NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    average_latency_ms integer,
    topic_codes text[] NOT NULL DEFAULT '{}',
    sentiment_score numeric(4, 3),
    computed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT conversation_analytics_pkey PRIMARY KEY (conversation_id),
    CONSTRAINT conversation_analytics_conversation_id_fkey
        FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE,
    CONSTRAINT conversation_analytics_message_counts_check
        CHECK (user_message_count >= 0
            AND assistant_message_count >= 0
            AND message_count >= user_message_count + assistant_message_count),
    CONSTRAINT conversation_analytics_tokens_check
        CHECK (prompt_tokens >= 0 AND completion_tokens >= 0),
    CONSTRAINT conversation_analytics_average_latency_ms_check CHECK (average_latency_ms >= 0),
    CONSTRAINT conversation_analytics_topic_codes_check CHECK (cardinality(topic_codes) <= 20),
    CONSTRAINT conversation_analytics_sentiment_score_check
        CHECK (sentiment_score BETWEEN -1 AND 1)
);

CREATE INDEX IF NOT EXISTS conversation_analytics_topic_codes_idx
    ON conversation_analytics USING gin (topic_codes);

CREATE INDEX IF NOT EXISTS conversation_analytics_computed_at_idx
    ON conversation_analytics (computed_at);

COMMENT ON TABLE conversation_analytics IS 'Figures derived from a conversation; may be recomputed at any time.';
COMMENT ON COLUMN conversation_analytics.message_count IS 'All messages, including those of the system and of tools.';
COMMENT ON COLUMN conversation_analytics.topic_codes IS 'Topics the classifier found, most relevant first.';
COMMENT ON COLUMN conversation_analytics.sentiment_score IS
    'From -1 (distress) to 1 (joy); NULL where the classifier abstained.';
COMMENT ON COLUMN conversation_analytics.computed_at IS 'Messages after this time are not yet counted.';

DROP TRIGGER IF EXISTS conversation_analytics_set_updated_at ON conversation_analytics;
CREATE TRIGGER conversation_analytics_set_updated_at
    BEFORE UPDATE ON conversation_analytics
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Written by INSERT ... ON CONFLICT (user_id, usage_date, model_name) DO UPDATE with each
-- request, and read by the quota check before it. It is not derived from messages, because
-- usage must be remembered after a conversation has been deleted.
CREATE TABLE IF NOT EXISTS daily_usage (
    user_id uuid NOT NULL,
    usage_date date NOT NULL,
    model_name text NOT NULL,
    request_count integer NOT NULL DEFAULT 0,
    failed_request_count integer NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    cached_prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    total_tokens bigint GENERATED ALWAYS AS (prompt_tokens + completion_tokens) STORED,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT daily_usage_pkey PRIMARY KEY (user_id, usage_date, model_name),
    CONSTRAINT daily_usage_model_name_check CHECK (length(model_name) BETWEEN 1 AND 100),
    CONSTRAINT daily_usage_request_count_check
        CHECK (failed_request_count >= 0 AND request_count >= failed_request_count),
    CONSTRAINT daily_usage_tokens_check
        CHECK (cached_prompt_tokens >= 0
            AND prompt_tokens >= cached_prompt_tokens
            AND completion_tokens >= 0)
);

CREATE INDEX IF NOT EXISTS daily_usage_usage_date_idx
    ON daily_usage (usage_date);

COMMENT ON TABLE daily_usage IS 'Requests and tokens of a user per day and model.';
COMMENT ON COLUMN daily_usage.usage_date IS 'The day in UTC.';
COMMENT ON COLUMN daily_usage.failed_request_count IS 'The part of request_count that failed.';

DROP TRIGGER IF EXISTS daily_usage_set_updated_at ON daily_usage;
CREATE TRIGGER daily_usage_set_updated_at
    BEFORE UPDATE ON daily_usage
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMIT;
