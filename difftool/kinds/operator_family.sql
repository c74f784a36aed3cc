-- Operator families; their members are kinds of their own, or their classes'.
-- https://www.postgresql.org/docs/current/catalog-pg-opfamily.html
SELECT 'pg_opfamily'::regclass, f.oid, 0, ARRAY[n.nspname::text, f.opfname::text, am.amname::text],
       json_build_object('owner', pg_get_userbyid(f.opfowner))
FROM pg_opfamily f
JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am am ON am.oid = f.opfmethod
WHERE f.oid >= 16384
