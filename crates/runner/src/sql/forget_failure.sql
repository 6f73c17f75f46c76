DELETE FROM public.schema_migrations WHERE version = {version} AND status = 'failed'
