-- Foreign servers; an empty type or version is none, as pg_dump has it.
-- https://www.postgresql.org/docs/current/catalog-pg-foreign-server.html
SELECT 'pg_foreign_server'::regclass, s.oid, 0, ARRAY[s.srvname::text],
       json_build_object(
           'owner', pg_get_userbyid(s.srvowner), 'acl', to_json(s.srvacl::text[]), 'acl_type', 'S',
           'type', nullif(s.srvtype, ''), 'version', nullif(s.srvversion, ''), 'wrapper', w.fdwname,
           'options', coalesce((
               SELECT json_object_agg(option_name, option_value) FROM pg_options_to_table(s.srvoptions)), '{}'))
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE s.oid >= 16384
