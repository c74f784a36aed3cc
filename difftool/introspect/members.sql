-- What belongs to extensions, and to which: it comes and goes with them.
-- https://www.postgresql.org/docs/current/catalog-pg-depend.html
SELECT d.classid, d.objid, e.extname
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
WHERE d.deptype = 'e'
