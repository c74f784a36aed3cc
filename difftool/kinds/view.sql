-- Views, each with its columns: their number, names and types decide what can take its place.
-- https://www.postgresql.org/docs/current/catalog-pg-rewrite.html
SELECT 'pg_class'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.relowner), 'acl', to_json(c.relacl::text[]), 'acl_type', 'r',
           'definition', pg_get_viewdef(c.oid),
           'options', (
               SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) FROM unnest(c.reloptions) AS o),
           'columns', (
               SELECT json_agg(
                   json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, 0)::regcollation)
                   ORDER BY a.attnum)
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind = 'v' AND c.relpersistence <> 't'
