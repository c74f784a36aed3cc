-- Sequences that go with a column: OWNED BY.
-- https://www.postgresql.org/docs/current/sql-createsequence.html
SELECT 0::oid, q.oid, 1, ARRAY[qn.nspname::text, q.relname::text],
       json_build_object(
           'parent', 'sequence', 'column', json_build_array(n.nspname, c.relname, a.attname),
           'needs', json_build_array(json_build_array('column', n.nspname, c.relname, a.attname)))
FROM pg_depend d
JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
JOIN pg_namespace qn ON qn.oid = q.relnamespace
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE q.oid >= 16384 AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.deptype = 'a' AND d.refobjsubid > 0
