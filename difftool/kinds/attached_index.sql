-- Indexes of partitions that are parts of their parent's index.
-- https://www.postgresql.org/docs/current/sql-alterindex.html
SELECT 0::oid, h.inhrelid, 1, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'parent', 'index', 'of', json_build_array(pn.nspname, p.relname),
           'needs', json_build_array(
               json_build_array('index', pn.nspname, p.relname), json_build_array('partition', tn.nspname, t.relname)))
FROM pg_inherits h
JOIN pg_class c ON c.oid = h.inhrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.oid >= 16384
