CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamp(3) with time zone,
    opens_at time,
    opened_on date,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
);
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (began_at timestamp) ON COMMIT DROP;
CREATE OR REPLACE FUNCTION began(visit uuid) RETURNS timestamp
LANGUAGE sql SET search_path = ''
AS $$ SELECT began_at::timestamp FROM public.visits WHERE visit_id = visit $$;
