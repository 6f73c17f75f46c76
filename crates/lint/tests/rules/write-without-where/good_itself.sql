-- Duplicates, and those of another row.
DELETE FROM sessions AS a USING sessions AS b WHERE a.session_id < b.session_id AND a.user_id = b.user_id;
UPDATE users AS u SET locale = m.locale FROM users AS m WHERE u.manager_id = m.user_id;
UPDATE users AS u SET locale = 'en' FROM users AS s WHERE s.user_id = u.user_id AND u.locale IS NULL;
UPDATE users AS u SET locale = t.locale FROM teams AS t WHERE t.user_id = u.user_id;
