-- NOT NULL, since PostgreSQL 18 a constraint with a name; the name is compared where it is not the one that the server chooses.
-- https://www.postgresql.org/docs/current/catalog-pg-constraint.html
SELECT 'pg_constraint'::regclass, k.oid, 0, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       json_build_object(
           'parent', json_build_array('column', n.nspname, c.relname, a.attname),
           'name', CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null' THEN k.conname END,
           'valid', k.convalidated, 'no_inherit', k.connoinherit, '_name', k.conname,
           '_inherited', k.coninhcount > 0, '_local', k.conislocal,
           'local', k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE c.oid >= 16384 AND k.contype = 'n' AND c.relpersistence <> 't'
