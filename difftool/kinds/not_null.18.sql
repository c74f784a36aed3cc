-- NOT NULL, since PostgreSQL 18 a constraint with a name; the name is compared where it is not the one that the server chooses.
-- https://www.postgresql.org/docs/current/catalog-pg-constraint.html
SELECT 'pg_constraint'::regclass, k.oid, 0, ARRAY[n.nspname::text, c.relname::text, a.attname::text],
       json_build_object(
           'parent', 'column', 'valid', k.convalidated, '_name', k.conname,
           'name', CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null' THEN k.conname END,
           'more', CASE WHEN k.connoinherit OR k.coninhcount > 0 THEN json_build_object(
               'no_inherit', k.connoinherit, 'local', k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition,
               'inherited', NOT k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition,
               '_inherited', k.coninhcount > 0, '_local', k.conislocal) END)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE c.oid >= 16384 AND k.contype = 'n' AND c.relpersistence <> 't'
