-- The rows of jubilee_inspire refer to users by their id.
COMMENT ON TABLE users IS 'jubilee_inspire and continuum.user_settings refer to these by id.';

SELECT 'inspire.conversations', 'jubilee_inspired';

SELECT inspire.title FROM campaigns AS inspire WHERE inspire.title IS NOT NULL;

INSERT INTO services (name) VALUES ('inspire'), ('continuum') ON CONFLICT DO NOTHING;
