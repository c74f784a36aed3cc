-- Roles by name: attributes, comment, settings everywhere (false) and in one database (true). Passwords are never read.
SELECT r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
       r.rolbypassrls, r.rolconnlimit,
       CASE WHEN isfinite(r.rolvaliduntil)
            THEN regexp_replace(to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '\.0+$', '') || '+00'
            ELSE coalesce(r.rolvaliduntil::text, 'infinity') END,
       coalesce(shobj_description(r.oid, 'pg_authid'), ''),
       (SELECT s.setconfig FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0),
       (SELECT s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE s.setrole = r.oid AND d.datname = %(database)s)
FROM pg_roles r
WHERE r.rolname = ANY (%(roles)s)
ORDER BY 1
