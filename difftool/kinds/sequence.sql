-- Sequences that stand for themselves: those of identity columns are read with their column.
-- https://www.postgresql.org/docs/current/catalog-pg-sequence.html
SELECT 'pg_class'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.relowner), 'acl', to_json(c.relacl::text[]), 'acl_type', 's',
           'persistence', c.relpersistence, 'type', format_type(s.seqtypid, NULL), 'start', s.seqstart::text,
           'increment', s.seqincrement::text, 'min', s.seqmin::text, 'max', s.seqmax::text, 'cache', s.seqcache::text,
           'cycle', s.seqcycle)
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
