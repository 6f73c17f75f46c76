-- Migration: 0023_say_how_tables_are_distributed
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Say of each table how it is distributed over the nodes of a cluster, when there is one

-- docs/citus.md has the migration that distributes them, and what it costs:
--
-- * Distributed by user_id: what belongs to a user. All rows of one user are on one node.
-- * Distributed by board_id: the posts. They lose the foreign key from post_reactions, which
--   are their users'.
-- * Reference table: the same rows on every node, so that everything can refer to it.
--
-- 0001 says that triggers which look at no row but their own are safe on a distributed
-- table. They are, but Citus does not know it: it refuses to distribute a table that has a
-- trigger, and a trigger on a table that is distributed, unless citus.enable_unsafe_triggers
-- is on in that transaction. One trigger does look at another table, and goes when its table
-- is distributed: that of 0020 on invoices.

BEGIN;

COMMENT ON TABLE user_settings IS
    'One row for each user who changed a setting; a missing row means the defaults. Distributed by user_id.';
COMMENT ON TABLE user_devices IS
    'Devices and browsers from which a user signs in. Distributed by user_id.';
COMMENT ON TABLE user_sessions IS
    'Signed-in sessions of a user. Expired and revoked rows are kept for a while, then purged. Distributed by user_id.';
COMMENT ON TABLE bookmarks IS
    'Places that a user marked in a piece of content. Distributed by user_id.';
COMMENT ON TABLE reading_progress IS
    'How far a user has read in each piece of content. Distributed by user_id.';
COMMENT ON TABLE notifications IS
    'Messages shown to a user in the application. Distributed by user_id.';
COMMENT ON TABLE notification_preferences IS
    'How a user wants each type of notification delivered; a missing row means the defaults. Distributed by user_id.';
COMMENT ON TABLE payment_methods IS
    'How a user pays. Holds nothing that could be charged without the provider: no card number, no account number. Distributed by user_id.';
COMMENT ON TABLE subscriptions IS
    'Subscriptions of users to plans, running and ended. Distributed by user_id.';
COMMENT ON TABLE invoices IS
    'Invoices to users. An issued invoice is voided, never deleted: the law asks for it to be kept. Distributed by user_id.';
COMMENT ON TABLE invoice_lines IS
    'What an invoice charges for, in the invoice''s currency. Distributed by user_id.';
COMMENT ON TABLE community_memberships IS
    'Which user belongs to which community, one row for each pair, whatever became of it. Distributed by user_id.';
COMMENT ON TABLE post_reactions IS
    'Reactions of users to posts; each user reacts to a post at most once in each way. Distributed by user_id.';
COMMENT ON TABLE activity_log IS
    'What users did and when, partitioned by month. Rows are added and, with their month, dropped; they are not changed. Distributed by user_id.';
COMMENT ON TABLE posts IS
    'Threads of a board and the replies to them. Belongs to the board, not to the author. Distributed by board_id.';
COMMENT ON TABLE subscription_plans IS
    'Plans that a user can subscribe to. Reference data, changed by migrations. Reference table.';
COMMENT ON TABLE subscription_plan_prices IS
    'What a new subscription costs today; a running subscription keeps the price that it was made at. Reference table.';
COMMENT ON TABLE communities IS
    'Groups of users who meet on discussion boards. Reference table.';
COMMENT ON TABLE discussion_boards IS
    'Boards of a community; each holds threads of posts. Reference table.';
COMMENT ON TABLE invoice_numbers IS
    'Numbers of invoices that were given, and to whom. Rows are added and never changed or deleted. Reference table.';

COMMIT;
