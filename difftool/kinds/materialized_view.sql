-- Materialized views; their columns are compared as well, since the text of a query does not tell their types.
-- https://www.postgresql.org/docs/current/catalog-pg-class.html
SELECT 'pg_class'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.relowner), 'acl', to_json(c.relacl::text[]), 'acl_type', 'r',
           'definition', pg_get_viewdef(c.oid),
           'options', (
               SELECT json_object_agg(p || split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
               FROM (SELECT '' AS p, unnest(c.reloptions) AS o UNION ALL SELECT 'toast.', unnest(t.reloptions)) AS x),
           'access_method', am.amname, 'tablespace', ts.spcname, 'populated', c.relispopulated,
           'replica_identity', c.relreplident,
           'columns', (
               SELECT json_agg(
                   json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, 0)::regcollation)
                   ORDER BY a.attnum)
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0),
           '_default_tablespace', (
               SELECT s.spcname FROM pg_database d JOIN pg_tablespace s ON s.oid = d.dattablespace
               WHERE d.datname = current_database()))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am am ON am.oid = c.relam
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
WHERE c.oid >= 16384 AND c.relkind = 'm' AND c.relpersistence <> 't'
