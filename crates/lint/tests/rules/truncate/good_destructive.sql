-- Destructive: all sessions ended when the signing key was replaced
TRUNCATE TABLE legacy_sessions;
