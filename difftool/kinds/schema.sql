-- Schemas, but for the system's own and those of extensions.
-- https://www.postgresql.org/docs/current/catalog-pg-namespace.html
SELECT 'pg_namespace'::regclass, n.oid, 0, ARRAY[n.nspname::text],
       json_build_object('owner', pg_get_userbyid(n.nspowner), 'acl', to_json(n.nspacl::text[]), 'acl_type', 'n')
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
