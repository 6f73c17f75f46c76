INSERT INTO bible_books (osis_code) VALUES ('Gen') ON CONFLICT DO NOTHING;

SELECT pg_relation_size('users');
