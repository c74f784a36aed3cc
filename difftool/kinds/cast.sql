-- Casts, but for those that a range type brings: to its multirange.
-- https://www.postgresql.org/docs/current/catalog-pg-cast.html
SELECT 'pg_cast'::regclass, c.oid, 0, ARRAY[format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL)],
       json_build_object(
           'method', c.castmethod, 'context', c.castcontext,
           'function', CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text END)
FROM pg_cast c
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)
