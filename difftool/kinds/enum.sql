-- Enumerated types with their labels in order.
-- https://www.postgresql.org/docs/current/catalog-pg-enum.html
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'owner', pg_get_userbyid(t.typowner), 'acl', to_json(t.typacl::text[]), 'acl_type', 'T',
           'labels', coalesce(e.labels, '[]'))
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN (SELECT enumtypid, json_agg(enumlabel ORDER BY enumsortorder) AS labels FROM pg_enum GROUP BY enumtypid) e
    ON e.enumtypid = t.oid
WHERE t.typtype = 'e' AND t.oid >= 16384 AND n.nspname !~ '^pg_'
