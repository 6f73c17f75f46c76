UPDATE users SET locale = 'en';

UPDATE ONLY users AS u SET locale = 'en', time_zone = 'UTC' WHERE true;

DELETE FROM sessions;

DELETE FROM sessions WHERE (1 = 1);

DELETE FROM sessions USING users;

WITH gone AS (
    DELETE FROM sessions RETURNING user_id
)
SELECT count(*) FROM gone;

DO $$
BEGIN
    UPDATE users SET (locale, time_zone) = ('en', 'UTC');
END;
$$;
