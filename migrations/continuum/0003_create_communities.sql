-- Migration: 0003_create_communities
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Create communities, memberships, discussion boards, posts and reactions

-- Who owns what:
--
-- * Communities, boards and posts are shared. A post is written by a user, but
--   belongs to its board: it is read with its thread, whoever wrote each post,
--   and it stays, without its author, when the author's account is erased. So
--   its key begins with board_id, and the author stands in author_id.
-- * Memberships and reactions are the user's own, and their keys begin with
--   user_id. Their foreign keys point to shared tables, so user_id is no part
--   of these. In a distributed database the shared tables are replicated to
--   every node, where such foreign keys stay legal; should posts outgrow that,
--   they can be distributed by board_id, at the price of one foreign key
--   (reactions to posts) and of no primary key.

BEGIN;

-- ---------------------------------------------------------------------------
-- Communities and memberships
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS communities (
    community_id uuid NOT NULL DEFAULT gen_random_uuid(),
    slug text NOT NULL,
    display_name text NOT NULL,
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'public',
    created_by uuid,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT communities_pkey PRIMARY KEY (community_id),
    CONSTRAINT communities_slug_key UNIQUE (slug),
    CONSTRAINT communities_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 100),
    CONSTRAINT communities_display_name_check CHECK (char_length(display_name) BETWEEN 1 AND 100),
    CONSTRAINT communities_description_check CHECK (char_length(description) <= 5000),
    CONSTRAINT communities_visibility_check CHECK (visibility IN ('public', 'private', 'hidden')),
    CONSTRAINT communities_archived_at_check CHECK (archived_at >= created_at)
);

COMMENT ON TABLE communities IS 'Groups of users who meet on discussion boards.';
COMMENT ON COLUMN communities.visibility IS 'public: anyone reads; private: anyone sees that it exists, members read; hidden: only members see it.';
COMMENT ON COLUMN communities.created_by IS 'The user who founded it; NULL once that account is erased.';
COMMENT ON COLUMN communities.archived_at IS 'When it was closed. Its boards can still be read, so communities are archived and not deleted.';

-- The public directory.
CREATE INDEX IF NOT EXISTS communities_directory_idx
    ON communities (display_name)
    WHERE visibility <> 'hidden' AND archived_at IS NULL;

DROP TRIGGER IF EXISTS communities_set_updated_at ON communities;
CREATE TRIGGER communities_set_updated_at
    BEFORE UPDATE ON communities
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS community_memberships (
    user_id uuid NOT NULL,
    community_id uuid NOT NULL,
    member_role text NOT NULL DEFAULT 'member',
    status text NOT NULL DEFAULT 'requested',
    joined_at timestamptz,
    left_at timestamptz,
    banned_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT community_memberships_pkey PRIMARY KEY (user_id, community_id),
    CONSTRAINT community_memberships_community_id_fkey FOREIGN KEY (community_id)
        REFERENCES communities (community_id) ON DELETE CASCADE,
    CONSTRAINT community_memberships_member_role_check CHECK (member_role IN ('member', 'moderator', 'owner')),
    CONSTRAINT community_memberships_status_check CHECK (status IN ('invited', 'requested', 'active', 'left', 'banned')),
    CONSTRAINT community_memberships_joined_check CHECK (status <> 'active' OR joined_at IS NOT NULL),
    CONSTRAINT community_memberships_joined_at_check CHECK (joined_at >= created_at),
    CONSTRAINT community_memberships_left_check CHECK ((status = 'left') = (left_at IS NOT NULL)),
    CONSTRAINT community_memberships_left_at_check CHECK (left_at >= created_at),
    CONSTRAINT community_memberships_banned_check CHECK ((status = 'banned') = (banned_at IS NOT NULL)),
    CONSTRAINT community_memberships_banned_at_check CHECK (banned_at >= created_at),
    CONSTRAINT community_memberships_authority_check CHECK (member_role = 'member' OR status IN ('invited', 'active'))
);

COMMENT ON TABLE community_memberships IS 'Which user belongs to which community, one row for each pair, whatever became of it.';
COMMENT ON COLUMN community_memberships.joined_at IS 'When the user last became an active member; NULL if never.';

-- The member list, and the moderators of a community.
CREATE INDEX IF NOT EXISTS community_memberships_community_id_status_idx
    ON community_memberships (community_id, status, member_role);

DROP TRIGGER IF EXISTS community_memberships_set_updated_at ON community_memberships;
CREATE TRIGGER community_memberships_set_updated_at
    BEFORE UPDATE ON community_memberships
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Boards and posts
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS discussion_boards (
    board_id uuid NOT NULL DEFAULT gen_random_uuid(),
    community_id uuid NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    sort_order smallint NOT NULL DEFAULT 0,
    posting_policy text NOT NULL DEFAULT 'members',
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT discussion_boards_pkey PRIMARY KEY (board_id),
    CONSTRAINT discussion_boards_community_id_slug_key UNIQUE (community_id, slug),
    CONSTRAINT discussion_boards_community_id_fkey FOREIGN KEY (community_id)
        REFERENCES communities (community_id) ON DELETE RESTRICT,
    CONSTRAINT discussion_boards_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 100),
    CONSTRAINT discussion_boards_title_check CHECK (char_length(title) BETWEEN 1 AND 100),
    CONSTRAINT discussion_boards_description_check CHECK (char_length(description) <= 2000),
    CONSTRAINT discussion_boards_posting_policy_check CHECK (posting_policy IN ('members', 'moderators', 'nobody')),
    CONSTRAINT discussion_boards_archived_at_check CHECK (archived_at >= created_at)
);

COMMENT ON TABLE discussion_boards IS 'Boards of a community; each holds threads of posts.';
COMMENT ON COLUMN discussion_boards.posting_policy IS 'Who may start threads and reply: members, moderators (announcements) or nobody (locked).';

DROP TRIGGER IF EXISTS discussion_boards_set_updated_at ON discussion_boards;
CREATE TRIGGER discussion_boards_set_updated_at
    BEFORE UPDATE ON discussion_boards
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE IF NOT EXISTS posts (
    board_id uuid NOT NULL,
    post_id uuid NOT NULL DEFAULT gen_random_uuid(),
    thread_post_id uuid,
    author_id uuid,
    title text,
    body text NOT NULL,
    is_pinned boolean NOT NULL DEFAULT false,
    last_activity_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    removed_at timestamptz,
    removed_by uuid,
    removal_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT posts_pkey PRIMARY KEY (board_id, post_id),
    CONSTRAINT posts_board_id_fkey FOREIGN KEY (board_id)
        REFERENCES discussion_boards (board_id) ON DELETE RESTRICT,
    CONSTRAINT posts_board_id_thread_post_id_fkey FOREIGN KEY (board_id, thread_post_id)
        REFERENCES posts (board_id, post_id) ON DELETE RESTRICT,
    CONSTRAINT posts_thread_post_id_check CHECK (thread_post_id <> post_id),
    CONSTRAINT posts_thread_start_check CHECK ((thread_post_id IS NULL) = (title IS NOT NULL)),
    CONSTRAINT posts_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT posts_body_check CHECK (char_length(body) BETWEEN 1 AND 40000),
    CONSTRAINT posts_is_pinned_check CHECK (NOT is_pinned OR thread_post_id IS NULL),
    CONSTRAINT posts_last_activity_at_check CHECK (last_activity_at >= created_at),
    CONSTRAINT posts_edited_at_check CHECK (edited_at >= created_at),
    CONSTRAINT posts_removed_at_check CHECK (removed_at >= created_at),
    CONSTRAINT posts_removal_reason_check CHECK (removal_reason IN ('author', 'moderator', 'erasure')),
    CONSTRAINT posts_removal_check CHECK (
        (removed_at IS NULL) = (removal_reason IS NULL)
        AND (removed_by IS NULL OR removed_at IS NOT NULL)
    )
);

COMMENT ON TABLE posts IS 'Threads of a board and the replies to them. Belongs to the board, not to the author.';
COMMENT ON COLUMN posts.thread_post_id IS 'The post that started the thread, on the same board; NULL for that post itself. Threads are flat.';
COMMENT ON COLUMN posts.author_id IS 'The user who wrote it; NULL once that account is erased.';
COMMENT ON COLUMN posts.title IS 'Title of the thread, on the post that starts it and only there.';
COMMENT ON COLUMN posts.last_activity_at IS 'On the post that starts a thread: when the thread last had a reply, set by the application that adds it. Meaningless on replies.';
COMMENT ON COLUMN posts.removed_at IS 'When the post was hidden. Replies may refer to it, so a post is removed and not deleted.';

-- A thread from its first reply to its last.
CREATE INDEX IF NOT EXISTS posts_board_id_thread_post_id_idx
    ON posts (board_id, thread_post_id, created_at);

-- The front page of a board: pinned threads, then the liveliest.
CREATE INDEX IF NOT EXISTS posts_board_threads_idx
    ON posts (board_id, is_pinned DESC, last_activity_at DESC)
    WHERE thread_post_id IS NULL AND removed_at IS NULL;

-- All that a user wrote: the profile page, and the erasure of an account.
CREATE INDEX IF NOT EXISTS posts_author_id_created_at_idx
    ON posts (author_id, created_at DESC)
    WHERE author_id IS NOT NULL;

DROP TRIGGER IF EXISTS posts_set_updated_at ON posts;
CREATE TRIGGER posts_set_updated_at
    BEFORE UPDATE ON posts
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- ---------------------------------------------------------------------------
-- Reactions
-- ---------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS post_reactions (
    user_id uuid NOT NULL,
    board_id uuid NOT NULL,
    post_id uuid NOT NULL,
    reaction_type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT post_reactions_pkey PRIMARY KEY (user_id, board_id, post_id, reaction_type),
    CONSTRAINT post_reactions_board_id_post_id_fkey FOREIGN KEY (board_id, post_id)
        REFERENCES posts (board_id, post_id) ON DELETE CASCADE,
    CONSTRAINT post_reactions_reaction_type_check CHECK (reaction_type IN ('like', 'love', 'amen', 'pray', 'thanks'))
);

COMMENT ON TABLE post_reactions IS 'Reactions of users to posts; each user reacts to a post at most once in each way.';

-- The reactions below a post, counted by type.
CREATE INDEX IF NOT EXISTS post_reactions_board_id_post_id_idx
    ON post_reactions (board_id, post_id, reaction_type);

COMMIT;
