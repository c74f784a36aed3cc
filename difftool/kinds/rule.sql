-- Rules, but for those that make a view of a table.
-- https://www.postgresql.org/docs/current/catalog-pg-rewrite.html
SELECT 'pg_rewrite'::regclass, r.oid, 0, ARRAY[n.nspname::text, c.relname::text, r.rulename::text],
       json_build_object(
           'parent', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' ELSE 'table' END,
           'definition', pg_get_ruledef(r.oid),
           'state', r.ev_enabled)
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.oid >= 16384 AND r.rulename <> '_RETURN' AND c.relpersistence <> 't'
