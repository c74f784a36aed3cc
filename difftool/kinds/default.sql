-- Defaults of columns, those of views too.
-- https://www.postgresql.org/docs/current/catalog-pg-attrdef.html
SELECT 'pg_attrdef'::regclass, d.oid, 0, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       json_build_object(
           'parent', 'column', 'expression', pg_get_expr(d.adbin, d.adrelid), '_view', c.relkind = 'v')
FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
JOIN pg_class c ON c.oid = d.adrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.oid >= 16384 AND a.attgenerated = '' AND NOT a.attisdropped AND c.relpersistence <> 't'
