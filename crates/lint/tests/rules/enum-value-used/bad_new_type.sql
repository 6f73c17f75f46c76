DO $$
BEGIN
    CREATE TYPE mood AS ENUM ('glad');
EXCEPTION
    WHEN duplicate_object THEN NULL;
END;
$$;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL,
    current_mood mood NOT NULL DEFAULT 'calm',
    CONSTRAINT people_pkey PRIMARY KEY (person_id)
);
