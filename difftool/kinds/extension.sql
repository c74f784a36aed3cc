-- Extensions, those that came with the database too: what is said of these is not read.
-- https://www.postgresql.org/docs/current/catalog-pg-extension.html
SELECT 'pg_extension'::regclass, e.oid, 0, ARRAY[e.extname::text],
       json_build_object(
           'schema', n.nspname, '_relocatable', e.extrelocatable, '_version', e.extversion,
           '_used', EXISTS (
               SELECT FROM pg_depend m
               LEFT JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('r', 'p', 'm', 'S', 'f')
               LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
               WHERE m.refclassid = 'pg_extension'::regclass AND m.refobjid = e.oid AND m.deptype = 'e'
                 AND (c.oid IS NOT NULL OR t.oid IS NOT NULL AND (
                     t.oid IN (SELECT a.atttypid FROM pg_attribute a)
                     OR t.typarray IN (SELECT a.atttypid FROM pg_attribute a)))),
           '_silent', e.oid < 16384 OR NOT EXISTS (
               SELECT FROM pg_description d
               WHERE d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid))
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
