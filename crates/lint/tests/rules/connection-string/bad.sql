-- Copied from postgres://admin:tea4two@db.example.com/codex
SELECT 'redis://:tea4two@cache.example.com:6379/0';

SELECT 'host=db.example.com user=admin password=tea4two';

SELECT 'amqps://worker:p%40ss@mq.example.com', 'https://example.com/a:b@c';

CREATE OR REPLACE FUNCTION remote() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN 'dbname=codex password = ''tea 4 two'' host=db.example.com';
END;
$$;
