-- Schemas whose tables are published.
-- https://www.postgresql.org/docs/current/catalog-pg-publication-namespace.html
SELECT 'pg_publication_namespace'::regclass, r.oid, 0, ARRAY[p.pubname::text, n.nspname::text],
       json_build_object('parent', json_build_array('publication', p.pubname))
FROM pg_publication_namespace r
JOIN pg_publication p ON p.oid = r.pnpubid
JOIN pg_namespace n ON n.oid = r.pnnspid
WHERE r.oid >= 16384
