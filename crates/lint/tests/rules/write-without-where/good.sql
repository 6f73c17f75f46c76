CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id bigint, name text) ON COMMIT DROP;
UPDATE incoming SET name = 'unknown';
DELETE FROM incoming;

UPDATE users SET locale = 'en' WHERE locale = 'en-GB';

DELETE FROM sessions USING users WHERE users.id = sessions.user_id AND users.status = 'closed';
