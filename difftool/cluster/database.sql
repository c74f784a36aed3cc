-- What a cluster keeps of one database: owner, limit, comment, settings, and each privilege.
SELECT d.datname, pg_get_userbyid(d.datdba)::text, d.datconnlimit, coalesce(shobj_description(d.oid, 'pg_database'), ''),
       (SELECT s.setconfig FROM pg_db_role_setting s WHERE s.setrole = 0 AND s.setdatabase = d.oid),
       (SELECT json_agg(json_build_array(
                   CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable,
                   CASE a.grantor WHEN d.datdba THEN '' ELSE pg_get_userbyid(a.grantor) END))
        FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a)
FROM pg_database d
WHERE d.datname = %(database)s
