-- What depends on what, and how; not what a type has of its own, its array, a table's row type, nor the triggers that
-- PostgreSQL makes for a constraint, on that constraint.
-- https://www.postgresql.org/docs/current/catalog-pg-depend.html
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype
FROM pg_depend
WHERE objid >= 16384 AND (refobjid >= 16384 OR refclassid = 'pg_namespace'::regclass OR refclassid = 'pg_extension'::regclass)
  AND deptype <> 'e' AND NOT (classid = 'pg_type'::regclass AND deptype = 'i')
  AND NOT (classid = 'pg_trigger'::regclass AND refclassid = 'pg_constraint'::regclass AND deptype = 'i')
