DROP TABLE IF EXISTS legacy_sessions, archive.legacy_users;

DROP SEQUENCE IF EXISTS invoice_numbers;

