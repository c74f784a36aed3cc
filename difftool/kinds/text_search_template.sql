-- Text search templates.
-- https://www.postgresql.org/docs/current/catalog-pg-ts-template.html
SELECT 'pg_ts_template'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.tmplname::text],
       json_build_object(
           'init', CASE WHEN t.tmplinit <> 0 THEN t.tmplinit::regproc::text END, 'lexize', t.tmpllexize::regproc::text)
FROM pg_ts_template t
JOIN pg_namespace n ON n.oid = t.tmplnamespace
WHERE t.oid >= 16384
