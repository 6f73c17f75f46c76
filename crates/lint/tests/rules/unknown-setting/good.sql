SET LOCAL lock_timeout = '2s';
SET LOCAL "TimeZone" = 'UTC';
SET LOCAL app.tenant = '1';
SHOW server_version;
SHOW ALL;
