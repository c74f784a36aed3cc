-- Tables: plain, partitioned and foreign; their columns, constraints and places in a hierarchy are kinds of their own.
-- https://www.postgresql.org/docs/current/catalog-pg-class.html
SELECT 'pg_class'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.relowner), 'acl', to_json(c.relacl::text[]), 'acl_type', 'r',
           'kind', c.relkind, 'persistence', c.relpersistence,
           'partition_key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
           'options', CASE WHEN c.reloptions IS NOT NULL OR t.oid IS NOT NULL THEN (
               SELECT json_object_agg(p || split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
               FROM (SELECT '' AS p, unnest(c.reloptions) AS o UNION ALL SELECT 'toast.', unnest(t.reloptions)) AS x) END,
           'access_method', am.amname, 'tablespace', ts.spcname,
           'replica_identity', CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident END,
           'row_security', c.relrowsecurity, 'force_row_security', c.relforcerowsecurity,
           'server', s.srvname,
           'foreign_options', CASE WHEN f.ftoptions IS NOT NULL THEN (
               SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) FROM unnest(f.ftoptions) AS o) END,
           '_partition', c.relispartition, '_typed', c.reloftype <> 0)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
LEFT JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
