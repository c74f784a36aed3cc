-- Tables OF a composite type.
-- https://www.postgresql.org/docs/current/sql-createtable.html
SELECT 0::oid, c.oid, 3, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'parent', 'table', 'type', format_type(c.reloftype, NULL),
           'needs', json_build_array(json_build_array('composite', tn.nspname, t.typname)),
           'after', (
               SELECT json_agg(json_build_array('column', n.nspname, c.relname, a.attname))
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = c.reloftype
JOIN pg_namespace tn ON tn.oid = t.typnamespace
WHERE c.oid >= 16384 AND c.relpersistence <> 't'
