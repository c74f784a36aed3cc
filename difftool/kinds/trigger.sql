-- Triggers, and the clones that a partitioned table's row triggers have on its partitions.
-- https://www.postgresql.org/docs/current/catalog-pg-trigger.html
SELECT 'pg_trigger'::regclass, t.oid, 0, ARRAY[n.nspname::text, c.relname::text, t.tgname::text],
       json_build_object(
           'parent', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END,
           'definition', pg_get_triggerdef(t.oid),
           'state', t.tgenabled,
           'clone_of', CASE WHEN t.tgparentid <> 0 THEN json_build_array(pn.nspname, pc.relname, p.tgname) END,
           'needs', CASE WHEN t.tgparentid <> 0 THEN json_build_array(json_build_array('partition', n.nspname, c.relname)) END,
           '_inherited', t.tgparentid <> 0, '_constraint', t.tgconstraint <> 0, '_row', t.tgtype & 1 = 1)
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
LEFT JOIN pg_class pc ON pc.oid = p.tgrelid
LEFT JOIN pg_namespace pn ON pn.oid = pc.relnamespace
LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
WHERE t.oid >= 16384 AND c.relpersistence <> 't'
  AND (NOT t.tgisinternal OR t.tgparentid <> 0)  -- clones count as internal before 15
  AND coalesce(k.contype, 't') = 't'
