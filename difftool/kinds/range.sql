-- Range types, each with its multirange type.
-- https://www.postgresql.org/docs/current/catalog-pg-range.html
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'owner', pg_get_userbyid(t.typowner), 'acl', to_json(t.typacl::text[]), 'acl_type', 'T',
           'subtype', format_type(r.rngsubtype, NULL), 'multirange', json_build_array(mn.nspname, m.typname),
           'opclass', CASE WHEN NOT c.opcdefault THEN json_build_array(cn.nspname, c.opcname) END,
           'collation', CASE WHEN r.rngcollation <> s.typcollation THEN json_build_array(ln.nspname, l.collname) END,
           'canonical', nullif(r.rngcanonical::text, '-'), 'subtype_diff', nullif(r.rngsubdiff::text, '-'),
           'needs', CASE WHEN r.rngcanonical <> 0 THEN
               json_build_array(json_build_array('shell_type', n.nspname, t.typname)) END)
FROM pg_range r
JOIN pg_type t ON t.oid = r.rngtypid
JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type m ON m.oid = r.rngmultitypid
JOIN pg_namespace mn ON mn.oid = m.typnamespace
JOIN pg_type s ON s.oid = r.rngsubtype
JOIN pg_opclass c ON c.oid = r.rngsubopc
JOIN pg_namespace cn ON cn.oid = c.opcnamespace
LEFT JOIN pg_collation l ON l.oid = r.rngcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
WHERE t.oid >= 16384 AND n.nspname !~ '^pg_'
