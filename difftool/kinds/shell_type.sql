-- Shells of types: the ones that were left as such, and those that base types and canonical functions' ranges began as.
-- https://www.postgresql.org/docs/current/sql-createtype.html
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'defined', t.typisdefined, 'needs', json_build_array(json_build_array('schema', n.nspname)),
           'owner', CASE WHEN NOT t.typisdefined THEN pg_get_userbyid(t.typowner) END,
           'acl', CASE WHEN NOT t.typisdefined THEN to_json(t.typacl::text[]) END,
           'acl_type', CASE WHEN NOT t.typisdefined THEN 'T' END)
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_range r ON r.rngtypid = t.oid
WHERE t.oid >= 16384 AND n.nspname !~ '^pg_'
  AND (NOT t.typisdefined OR r.rngcanonical <> 0
       OR (t.typtype = 'b' AND t.typsubscript <> 'array_subscript_handler'::regproc))
