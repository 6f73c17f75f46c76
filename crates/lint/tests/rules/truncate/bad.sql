TRUNCATE legacy_sessions;
