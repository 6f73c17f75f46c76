CREATE TABLE IF NOT EXISTS teams (
    team_id int(11),
    founded_at datetime,
    flags tinyint(1),
    about longtext,
    size double,
    kind enum('a', 'b'),
    KEY idx (team_id)
);
-- next migration
CREATE TYPE mood AS ENUM ('good');
CREATE TABLE IF NOT EXISTS plays (mood moood, title txet, id serial8(3));
