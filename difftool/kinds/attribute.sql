-- Attributes of composite types: what comments and views refer to. Their type's statements create, alter and drop them.
-- https://www.postgresql.org/docs/current/catalog-pg-attribute.html
SELECT 'pg_class'::regclass, a.attrelid, a.attnum::integer, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       json_build_object(
           'parent', 'composite', 'type', format_type(a.atttypid, a.atttypmod),
           'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.oid >= 16384 AND c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'
