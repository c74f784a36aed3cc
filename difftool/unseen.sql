-- What pg_dump --schema-only does not show: an index that a failed concurrent build left behind, a materialized view never filled,
-- a partition half detached.
-- https://www.postgresql.org/docs/current/catalog-pg-index.html
SELECT 'index', n.nspname::text, c.relname::text, pg_get_indexdef(c.oid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.oid >= 16384 AND n.nspname <> 'pg_toast'
UNION ALL
SELECT 'materialized_view', n.nspname::text, c.relname::text, ''
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND NOT c.relispopulated AND c.oid >= 16384
UNION ALL
SELECT 'partition', n.nspname::text, c.relname::text, ''
FROM pg_inherits h
JOIN pg_class c ON c.oid = h.inhrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE h.inhdetachpending AND c.relkind <> 'i'
