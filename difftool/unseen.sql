-- What pg_dump --schema-only does not show: an index that a failed concurrent build left behind, a materialized view never filled,
-- a partition half detached, a partition's own name for a foreign key of its table, options of user mappings that this role may
-- not read, grants on information_schema.
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
SELECT 'partition', n.nspname::text, c.relname::text,
       format('ALTER TABLE %I.%I DETACH PARTITION %I.%I', pn.nspname, p.relname, n.nspname, c.relname)
FROM pg_inherits h
JOIN pg_class c ON c.oid = h.inhrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = h.inhparent
JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE h.inhdetachpending AND c.relkind <> 'i'
UNION ALL
SELECT 'foreign_key', k.nspname::text, k.relname::text,
       format('ALTER TABLE %I.%I RENAME CONSTRAINT %I TO %I', k.nspname, k.relname, k.topmost, k.conname)
FROM (
    WITH RECURSIVE below AS (
        SELECT t.oid, t.conrelid, t.confrelid, t.conname, t.conname AS topmost
        FROM pg_constraint t JOIN pg_class c ON c.oid = t.conrelid
        WHERE t.contype = 'f' AND t.conparentid = 0 AND c.relkind = 'p'
        UNION ALL
        SELECT k.oid, k.conrelid, k.confrelid, k.conname, b.topmost
        FROM below b JOIN pg_constraint k ON k.conparentid = b.oid AND k.conrelid <> b.conrelid AND k.confrelid = b.confrelid
    )
    SELECT n.nspname, c.relname, b.topmost, b.conname
    FROM below b JOIN pg_class c ON c.oid = b.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE b.conname <> b.topmost) AS k
UNION ALL
SELECT 'user_mapping', CASE m.umuser WHEN 0 THEN '' ELSE m.usename::text END, m.srvname::text, ''
FROM pg_user_mappings m
JOIN pg_foreign_server s ON s.oid = m.srvid
WHERE m.umoptions IS NULL AND NOT (
    m.umuser <> 0 AND m.usename = current_user
        AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))
    OR m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')
    OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user))
UNION ALL
SELECT 'system_privileges', '', x.name, (
    SELECT string_agg(g.text, ', ' ORDER BY g.text)
    FROM aclexplode(x.acl) AS a
    CROSS JOIN LATERAL (SELECT CASE a.grantee WHEN x.owner THEN 'owner' WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
        || '=' || a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END) AS g(text))
FROM (
    SELECT format('SCHEMA %I', n.nspname), n.nspowner, n.nspacl,
           acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)
    FROM pg_namespace n WHERE n.nspname = 'information_schema' AND n.oid < 16384
    UNION ALL
    SELECT format('TABLE %I.%I', n.nspname, c.relname), c.relowner, c.relacl,
           acldefault('r', c.relowner) || makeaclitem(0, c.relowner, 'SELECT', false)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'information_schema' AND c.oid < 16384 AND c.relkind IN ('r', 'v')) AS x(name, owner, acl, initial)
WHERE x.acl IS NOT NULL AND NOT (x.acl @> x.initial AND x.acl <@ x.initial)
