CREATE TYPE status AS ENUM ('draft', 'open', 'closed');
CREATE TABLE authors (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    bio text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE posts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id uuid NOT NULL REFERENCES authors (id),
    title varchar(200) NOT NULL,
    slug text NOT NULL,
    body text NOT NULL DEFAULT '',
    status status NOT NULL DEFAULT 'draft',
    views integer NOT NULL DEFAULT 0 CHECK (views >= 0),
    price numeric(10, 2),
    published_at timestamptz,
    CONSTRAINT posts_slug_key UNIQUE (slug)
);
CREATE INDEX posts_author_id_idx ON posts (author_id);
CREATE TABLE tags (code text PRIMARY KEY, label text NOT NULL);
CREATE TABLE post_tags (
    post_id bigint NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    tag text NOT NULL REFERENCES tags (code),
    PRIMARY KEY (post_id, tag)
);
CREATE VIEW open_posts AS SELECT id, title, author_id FROM posts WHERE status = 'open';
CREATE FUNCTION post_count(author uuid) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM posts WHERE author_id = author';
DO $$ BEGIN CREATE ROLE test_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT SELECT ON authors, posts, tags TO test_reader;
