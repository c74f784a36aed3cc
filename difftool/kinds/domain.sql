-- Domains. Their checks are objects of their own; ``checks`` is here because new ones may take a new domain. NOT NULL has a name
-- since PostgreSQL 17, compared where it is not the usual one. ``_inherits``: the base type has a default, which a domain takes on.
-- https://www.postgresql.org/docs/current/catalog-pg-type.html
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'owner', pg_get_userbyid(t.typowner), 'acl', to_json(t.typacl::text[]), 'acl_type', 'T',
           'type', format_type(t.typbasetype, t.typtypmod),
           'collation', CASE WHEN t.typcollation <> b.typcollation THEN json_build_array(ln.nspname, l.collname) END,
           'default', pg_get_expr(t.typdefaultbin, 0), 'not_null', t.typnotnull,
           'not_null_name', CASE WHEN k.conname <> t.typname || '_not_null' THEN k.conname END,
           'checks', coalesce(c.checks, '{}'), '_not_null_name', k.conname, '_inherits', b.typdefault IS NOT NULL)
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation l ON l.oid = t.typcollation
LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
LEFT JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'n'
LEFT JOIN (
    SELECT contypid, json_object_agg(conname, json_build_array(pg_get_constraintdef(oid), convalidated)) AS checks
    FROM pg_constraint WHERE contype = 'c' AND contypid >= 16384 GROUP BY contypid) c ON c.contypid = t.oid
WHERE t.typtype = 'd' AND t.oid >= 16384 AND n.nspname !~ '^pg_'
