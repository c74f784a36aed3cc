-- What the role that connects may do to roles and to its database.
SELECT r.rolname::text, current_setting('server_version_num')::int / 10000, r.rolsuper, r.rolcreaterole, r.rolcreatedb,
       r.rolreplication, r.rolbypassrls,
       (SELECT pg_has_role(d.datdba, 'USAGE') FROM pg_database d WHERE d.datname = current_database()),
       (SELECT coalesce(array_agg(o.rolname::text), '{}') FROM pg_roles o
        WHERE pg_has_role(o.oid, 'MEMBER WITH ADMIN OPTION')),
       (SELECT array_agg(o.rolname::text) FROM pg_roles o WHERE o.rolsuper)
FROM pg_roles r
WHERE r.rolname = current_user
