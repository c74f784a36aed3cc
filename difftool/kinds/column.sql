-- Columns of tables, and of views for what hangs on them; defaults, NOT NULL and identity are kinds of their own.
-- https://www.postgresql.org/docs/current/catalog-pg-attribute.html
SELECT 'pg_class'::regclass, a.attrelid, a.attnum::integer, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       CASE WHEN c.relkind IN ('v', 'm') THEN
           json_build_object(
               'parent', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized_view' END,
               '_position', a.attnum, '_view', true, '_type', format_type(a.atttypid, a.atttypmod),
               'more', CASE WHEN c.relkind = 'm' OR a.attacl IS NOT NULL THEN json_build_object(
                   'acl', to_json(a.attacl::text[]), 'acl_type', 'c', '_owner', pg_get_userbyid(c.relowner),
                   'statistics', CASE WHEN c.relkind = 'm' THEN nullif(a.attstattarget, -1) END,
                   'storage', CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage END,
                   'compression', CASE WHEN c.relkind = 'm' THEN nullif(a.attcompression, '') END,
                   'options', CASE WHEN c.relkind = 'm' THEN (
                       SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
                       FROM unnest(a.attoptions) AS o) END) END)
       ELSE
           json_build_object(
               'parent', 'table', 'type', format_type(a.atttypid, a.atttypmod),
               '_position', a.attnum, '_local', a.attislocal, '_storage', t.typstorage, '_category', t.typcategory,
               'more', CASE WHEN a.attacl IS NOT NULL OR a.attcollation <> t.typcollation OR a.attgenerated <> ''
                   OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0
                   OR a.attoptions IS NOT NULL OR a.attfdwoptions IS NOT NULL
                   OR a.attinhcount > 0 OR c.relispartition OR c.reloftype <> 0 OR c.relkind = 'p'
               THEN json_build_object(
                   'acl', to_json(a.attacl::text[]), 'acl_type', 'c', '_owner', pg_get_userbyid(c.relowner),
                   'collation', CASE WHEN a.attcollation <> t.typcollation THEN (
                       SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                       FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END,
                   'generated', nullif(a.attgenerated, ''),
                   'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                   'storage', CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
                   'compression', nullif(a.attcompression, ''),
                   'statistics', nullif(a.attstattarget, -1),
                   'options', CASE WHEN a.attoptions IS NOT NULL THEN (
                       SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) FROM unnest(a.attoptions) AS o) END,
                   'foreign_options', CASE WHEN a.attfdwoptions IS NOT NULL THEN (
                       SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) FROM unnest(a.attfdwoptions) AS o) END,
                   '_partition_key', CASE WHEN c.relkind = 'p' THEN EXISTS (
                       SELECT FROM pg_depend k
                       WHERE k.classid = 'pg_class'::regclass AND k.objid = c.oid AND k.objsubid = a.attnum
                         AND k.refclassid = 'pg_class'::regclass AND k.refobjid = c.oid AND k.refobjsubid = 0 AND k.deptype = 'i') END,
                   'local', a.attislocal AND a.attinhcount > 0 AND NOT c.relispartition,
                   'inherited', NOT a.attislocal AND a.attinhcount > 0 AND NOT c.relispartition,
                   '_inherited', a.attinhcount > 0, '_partition', c.relispartition, '_typed', c.reloftype <> 0) END)
       END
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
  AND a.attnum > 0 AND NOT a.attisdropped
