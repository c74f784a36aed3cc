-- Indexes, those of constraints too: their statements are the constraint's, their options and comments are their own.
-- https://www.postgresql.org/docs/current/catalog-pg-index.html
SELECT 'pg_class'::regclass, i.indexrelid, 0, ARRAY[n.nspname::text, c.relname::text],
       json_build_object(
           'parent', CASE WHEN k.oid IS NULL
               THEN json_build_array(CASE t.relkind WHEN 'm' THEN 'materialized_view' ELSE 'table' END, tn.nspname, t.relname)
               ELSE json_build_array('constraint', tn.nspname, t.relname, k.conname) END,
           'definition', coalesce(replace(d.text, ' WITH (' || w.shown || ')', ''), d.text),
           'valid', i.indisvalid OR c.relkind = 'I',
           '_on', json_build_array(tn.nspname, t.relname), '_constraint', k.oid IS NOT NULL, '_age', i.indexrelid::bigint,
           'more', CASE WHEN c.reloptions IS NOT NULL OR ts.oid IS NOT NULL OR i.indexprs IS NOT NULL
               OR i.indisclustered OR i.indisreplident OR t.relispartition
           THEN json_build_object(
               'options', w.options, 'tablespace', ts.spcname,
               'statistics', CASE WHEN i.indexprs IS NOT NULL THEN (  -- of expressions alone
                   SELECT json_object_agg(a.attnum::text, a.attstattarget) FROM pg_attribute a
                   WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END,
               'clustered', i.indisclustered, 'replica_identity', i.indisreplident,
               '_partitioned', c.relkind = 'I', '_create', CASE WHEN w.shown IS NOT NULL THEN d.text END, '_attached', c.relispartition,
               'after', CASE WHEN t.relispartition AND NOT c.relispartition
                   THEN json_build_array(json_build_array('partition', tn.nspname, t.relname)) END) END)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN LATERAL (
    SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) AS options,
           string_agg(
               quote_ident(split_part(o, '=', 1)) || '=' || CASE WHEN quote_ident(substr(o, strpos(o, '=') + 1)) = substr(o, strpos(o, '=') + 1)
               THEN substr(o, strpos(o, '=') + 1) ELSE quote_literal(substr(o, strpos(o, '=') + 1)) END, ', ' ORDER BY x.i) AS shown
    FROM unnest(c.reloptions) WITH ORDINALITY AS x(o, i)) AS w ON c.reloptions IS NOT NULL
CROSS JOIN LATERAL (SELECT CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) END AS text OFFSET 0) AS d
WHERE c.oid >= 16384 AND t.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
