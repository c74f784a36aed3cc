-- Default privileges: what objects that a role will create are granted, everywhere or in one schema.
-- https://www.postgresql.org/docs/current/catalog-pg-default-acl.html
SELECT 'pg_default_acl'::regclass, d.oid, 0,
       ARRAY[pg_get_userbyid(d.defaclrole)::text, coalesce(n.nspname::text, ''), d.defaclobjtype::text],
       json_build_object(
           'parent', CASE WHEN n.oid IS NOT NULL THEN json_build_array('schema', n.nspname) END,
           'grants', coalesce((
               SELECT json_object_agg(g.grantee, g.privileges) FROM (
                   SELECT CASE WHEN x.grantee = 0 THEN '' ELSE pg_get_userbyid(x.grantee) END AS grantee,
                          json_object_agg(x.privilege_type, x.is_grantable) AS privileges
                   FROM aclexplode(d.defaclacl) AS x GROUP BY x.grantee) AS g), '{}'::json))
FROM pg_default_acl d
LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
WHERE d.oid >= 16384
