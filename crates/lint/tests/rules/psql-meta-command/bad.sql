\connect jubilee_codex
SELECT 1;

\copy users FROM 'users.csv'
\i functions.sql

SELECT 2 \gset
;
