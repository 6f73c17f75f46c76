TRUNCATE legacy_sessions;

TRUNCATE TABLE ONLY legacy_tokens, archive.users RESTART IDENTITY CASCADE;
