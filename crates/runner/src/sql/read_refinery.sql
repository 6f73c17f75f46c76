SELECT version::text, name::text, checksum::text, applied_on::text, NULL::text, 'success'
FROM public.refinery_schema_history
ORDER BY version
