-- Transforms between a type and a language.
-- https://www.postgresql.org/docs/current/catalog-pg-transform.html
SELECT 'pg_transform'::regclass, t.oid, 0, ARRAY[format_type(t.trftype, NULL), l.lanname::text],
       json_build_object(
           'from', CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::regprocedure::text END,
           'to', CASE WHEN t.trftosql <> 0 THEN t.trftosql::regprocedure::text END)
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
WHERE t.oid >= 16384
