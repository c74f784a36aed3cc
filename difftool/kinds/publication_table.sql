-- Tables of publications.
-- https://www.postgresql.org/docs/14/catalog-pg-publication-rel.html
SELECT 'pg_publication_rel'::regclass, r.oid, 0, ARRAY[p.pubname::text, n.nspname::text, c.relname::text],
       json_build_object(
           'parent', json_build_array('publication', p.pubname), 'needs', json_build_array(json_build_array('table', n.nspname, c.relname)),
           'columns', NULL, 'filter', NULL)
FROM pg_publication_rel r
JOIN pg_publication p ON p.oid = r.prpubid
JOIN pg_class c ON c.oid = r.prrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.oid >= 16384
