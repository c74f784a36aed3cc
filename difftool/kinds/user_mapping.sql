-- User mappings; their options are shown as the view pg_user_mappings shows them, and are null where it hides them.
-- https://www.postgresql.org/docs/current/view-pg-user-mappings.html
SELECT 'pg_user_mapping'::regclass, m.umid, 0, ARRAY[CASE m.umuser WHEN 0 THEN '' ELSE m.usename::text END, m.srvname::text],
       json_build_object(
           '_hidden', h.hidden,
           'options', CASE WHEN NOT h.hidden THEN coalesce((
               SELECT json_object_agg(option_name, option_value) FROM pg_options_to_table(m.umoptions)), '{}') END)
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
CROSS JOIN LATERAL (
    SELECT m.umoptions IS NULL AND NOT (
        m.umuser <> 0 AND m.usename = current_user
            AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))
        OR m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')
        OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)) AS hidden) AS h
