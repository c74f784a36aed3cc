-- Row security policies, with their roles by name: none stands for PUBLIC.
-- https://www.postgresql.org/docs/current/catalog-pg-policy.html
SELECT 'pg_policy'::regclass, p.oid, 0, ARRAY[n.nspname::text, c.relname::text, p.polname::text],
       json_build_object(
           'parent', 'table',
           'permissive', p.polpermissive, 'command', p.polcmd,
           'roles', (
               SELECT json_agg(pg_get_userbyid(r) ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) AS r WHERE r <> 0),
           'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE p.oid >= 16384 AND c.relpersistence <> 't'
