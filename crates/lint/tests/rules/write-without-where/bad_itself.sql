UPDATE users AS u SET locale = 'en' FROM users AS s WHERE s.user_id = u.user_id;

UPDATE users SET locale = s.locale FROM (SELECT user_id, lower(locale) AS locale FROM users) AS s
WHERE (users.user_id = s.user_id);

DELETE FROM sessions AS a USING sessions AS b WHERE a.session_id = b.session_id;
