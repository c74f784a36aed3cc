-- NOT NULL, a property of the column before PostgreSQL 18.
-- https://www.postgresql.org/docs/17/catalog-pg-attribute.html
SELECT 'pg_attribute'::regclass, a.attrelid, a.attnum::integer, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       '{"parent": "column", "valid": true}'::json
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
  AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
