-- Tables that inherit from others, in the order of their parents.
-- https://www.postgresql.org/docs/current/catalog-pg-inherits.html
SELECT 0::oid, c.oid, 2 + h.inhseqno, ARRAY[n.nspname::text, c.relname::text, pn.nspname::text, p.relname::text],
       json_build_object(
           'parent', 'table', 'order', h.inhseqno, '_position', h.inhseqno,
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
                   FROM pg_constraint k
                   WHERE k.conrelid = c.oid AND k.contype = 'c' AND (k.convalidated OR k.conislocal)) AS needed(x)))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_inherits h ON h.inhrelid = c.oid
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE c.oid >= 16384 AND NOT c.relispartition AND c.relkind IN ('r', 'f') AND c.relpersistence <> 't'
