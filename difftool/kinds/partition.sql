-- Partitions as parts of their tables; what must match when one is attached comes first.
-- https://www.postgresql.org/docs/current/sql-altertable.html
SELECT 0::oid, c.oid, 2, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'parent', 'table', 'of', json_build_array(pn.nspname, p.relname),
           'bound', pg_get_expr(c.relpartbound, c.oid),
           'needs', json_build_array(json_build_array('table', pn.nspname, p.relname)),
           'after', (
               SELECT json_agg(x) FROM (
                   SELECT json_build_array('column', an.nspname, ac.relname, a.attname)
                   FROM pg_attribute a JOIN pg_class ac ON ac.oid = a.attrelid JOIN pg_namespace an ON an.oid = ac.relnamespace
                   WHERE a.attrelid IN (c.oid, p.oid) AND a.attnum > 0 AND NOT a.attisdropped
                   UNION ALL
                   SELECT json_build_array('not_null', n.nspname, c.relname, a.attname)
                   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attnotnull
                   UNION ALL
                   SELECT json_build_array('constraint', n.nspname, c.relname, k.conname)
                   FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                   UNION ALL
                   SELECT json_build_array('index', xn.nspname, xc.relname)
                   FROM pg_index i JOIN pg_class xc ON xc.oid = i.indexrelid JOIN pg_namespace xn ON xn.oid = xc.relnamespace
                   WHERE i.indrelid = c.oid AND xc.relispartition AND NOT i.indisexclusion) AS needed(x)))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits h ON h.inhrelid = c.oid
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.oid >= 16384 AND c.relispartition AND c.relkind IN ('r', 'p', 'f')
