-- What roles are members of. The options are columns since PostgreSQL 16; before it, a grantor tells nothing apart.
SELECT g.rolname, m.rolname,
       CASE WHEN to_jsonb(a) ? 'inherit_option' AND a.grantor <> 10 THEN pg_get_userbyid(a.grantor)::text ELSE '' END,
       a.admin_option,
       coalesce((to_jsonb(a) ->> 'inherit_option')::bool, true),
       coalesce((to_jsonb(a) ->> 'set_option')::bool, true)
FROM pg_auth_members a
JOIN pg_roles g ON g.oid = a.roleid
JOIN pg_roles m ON m.oid = a.member
WHERE m.rolname = ANY (%(roles)s)
ORDER BY 1, 2, 3
