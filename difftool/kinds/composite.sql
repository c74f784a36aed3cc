-- Composite types that stand for themselves, with their attributes in order. ``needs`` is what these are of: pg_depend has
-- that of each attribute, but it is the type that is created, altered and, when one of them is made anew, made anew.
-- https://www.postgresql.org/docs/current/catalog-pg-attribute.html
WITH attribute AS (
    SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type, l.collname, ln.nspname,
           a.attcollation, a.attcollation <> t.typcollation AS other_collation, coalesce(r.rngtypid, e.id) AS of
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT CASE t.typsubscript WHEN 'array_subscript_handler'::regproc THEN t.typelem ELSE t.oid END) AS e(id)
    LEFT JOIN pg_range r ON r.rngmultitypid = e.id
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
    WHERE c.relkind = 'c' AND c.oid >= 16384
), need AS (
    SELECT a.attrelid,
           json_build_array(
               CASE coalesce(c.relkind, t.typtype)
                   WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'b' THEN 'base_type' WHEN 'c' THEN 'composite'
                   WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
                   ELSE CASE t.typtype WHEN 'r' THEN 'range' ELSE 'table' END END,
               n.nspname, t.typname) AS key
    FROM attribute a
    JOIN pg_type t ON t.oid = a.of
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.oid >= 16384
    UNION ALL
    SELECT a.attrelid, json_build_array('collation', a.nspname, a.collname) FROM attribute a WHERE a.attcollation >= 16384
)
SELECT 'pg_type'::regclass, t.oid, 0, ARRAY[n.nspname::text, t.typname::text],
       json_build_object(
           'owner', pg_get_userbyid(t.typowner), 'acl', to_json(t.typacl::text[]), 'acl_type', 'T',
           'attributes', coalesce(a.attributes, '[]'), 'needs', d.keys)
FROM pg_type t
JOIN pg_class c ON c.oid = t.typrelid
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN (
    SELECT attrelid,
           json_agg(
               json_build_object(
                   'name', attname, 'type', type,
                   'collation', CASE WHEN other_collation THEN json_build_array(nspname, collname) END)
               ORDER BY attnum) AS attributes
    FROM attribute GROUP BY attrelid) a ON a.attrelid = c.oid
LEFT JOIN (SELECT attrelid, json_agg(key) AS keys FROM need GROUP BY attrelid) d ON d.attrelid = c.oid
WHERE c.relkind = 'c' AND c.oid >= 16384 AND n.nspname !~ '^pg_'
