COPY bible_books FROM '/srv/books.csv' WITH (FORMAT csv);

COPY (SELECT id FROM users) TO PROGRAM 'gzip > /tmp/users.gz';

SELECT lo_import('/srv/logo.png');

GRANT pg_read_server_files TO reporting;

DO $$
DECLARE
    page text := pg_catalog.pg_read_file('/etc/hostname');
BEGIN
    NULL;
END;
$$;
