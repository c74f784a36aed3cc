-- Constraints of tables, but for NOT NULL and constraint triggers, and what a foreign key has for each partition that it points at.
-- https://www.postgresql.org/docs/current/catalog-pg-constraint.html
SELECT 'pg_constraint'::regclass, k.oid, 0, ARRAY[n.nspname::text, c.relname::text, k.conname::text],
       json_build_object(
           'parent', 'table', 'type', k.contype, 'valid', k.convalidated,
           'definition', CASE WHEN k.condeferrable OR NOT k.convalidated
               THEN regexp_replace(pg_get_constraintdef(k.oid), '( DEFERRABLE| INITIALLY DEFERRED| NOT VALID| NOT ENFORCED)+$', '')
               ELSE pg_get_constraintdef(k.oid) END,
           'enforced', k.convalidated OR coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),  -- what is not, is not valid
           '_references', CASE WHEN k.contype = 'f' THEN (
               SELECT json_build_array(rn.nspname, r.relname) FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
               WHERE r.oid = k.confrelid) END,
           'after', CASE WHEN k.contype = 'p' THEN (
               SELECT json_agg(json_build_array('not_null', n.nspname, c.relname, a.attname))
               FROM unnest(k.conkey) AS u(number) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) END,
           'more', CASE WHEN k.condeferrable OR k.coninhcount > 0 OR k.conparentid <> 0 OR c.relkind = 'p'
               OR (c.relispartition AND k.contype IN ('u', 'x')) THEN json_build_object(
               'deferrable', k.condeferrable, 'deferred', k.condeferred,
               'local', k.contype = 'c' AND k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition,
               'inherited', k.contype = 'c' AND NOT k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition,
               '_inherited', k.coninhcount > 0, '_local', k.conislocal, '_clone', k.conparentid <> 0,
               '_partitioned', c.relkind = 'p',
               '_excludes', k.contype = 'x' OR k.contype IN ('p', 'u') AND coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false),
               '_index_columns', CASE WHEN k.conparentid <> 0 AND k.contype IN ('p', 'u', 'x') THEN (
                   SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = k.conindid) END) END)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint up ON up.oid = k.conparentid
WHERE c.oid >= 16384 AND up.conrelid IS DISTINCT FROM k.conrelid AND k.contype IN ('p', 'u', 'f', 'c', 'x') AND c.relpersistence <> 't'
