-- Identity columns with their sequences.
-- https://www.postgresql.org/docs/current/sql-createtable.html
SELECT 'pg_class'::regclass, q.oid, 0, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       json_build_object(
           'parent', 'column',
           'acl', to_json(q.relacl::text[]), 'acl_type', 's', '_owner', pg_get_userbyid(q.relowner),
           'always', a.attidentity = 'a', 'sequence', q.relname, 'start', s.seqstart::text,
           'increment', s.seqincrement::text, 'min', s.seqmin::text,
           'max', CASE WHEN NOT (s.seqincrement > 0 AND s.seqmax = CASE format_type(s.seqtypid, NULL)
               WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END) THEN s.seqmax::text END,
           'cache', s.seqcache::text, 'cycle', s.seqcycle,
           'persistence', CASE WHEN current_setting('server_version_num')::integer >= 150000  -- before, there is but one
               THEN nullif(q.relpersistence, c.relpersistence) END,
           'after', json_build_array(json_build_array('not_null', n.nspname, c.relname, a.attname)))
FROM pg_sequence s
JOIN pg_class q ON q.oid = s.seqrelid
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = q.oid AND d.deptype = 'i' AND d.refobjsubid > 0
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE q.oid >= 16384 AND c.relpersistence <> 't'
