-- Extended statistics.
-- https://www.postgresql.org/docs/current/catalog-pg-statistic-ext.html
SELECT 'pg_statistic_ext'::regclass, s.oid, 0, ARRAY[n.nspname::text, s.stxname::text],
       json_build_object(
           'owner', pg_get_userbyid(s.stxowner), 'definition', pg_get_statisticsobjdef(s.oid),
           'target', coalesce(s.stxstattarget, -1),
           'needs', json_build_array(json_build_array(
               CASE c.relkind WHEN 'm' THEN 'materialized_view' ELSE 'table' END, cn.nspname, c.relname)))
FROM pg_statistic_ext s
JOIN pg_namespace n ON n.oid = s.stxnamespace
JOIN pg_class c ON c.oid = s.stxrelid
JOIN pg_namespace cn ON cn.oid = c.relnamespace
WHERE s.oid >= 16384 AND c.relpersistence <> 't'
