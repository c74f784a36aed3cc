-- What belongs to an extension and has other grants than those that the extension made; all else is the extension's business.
-- https://www.postgresql.org/docs/current/catalog-pg-init-privs.html
WITH member AS MATERIALIZED (
    SELECT e.extname, d.classid, d.objid, i.initprivs
    FROM pg_depend d
    JOIN pg_extension e ON e.oid = d.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = d.classid AND i.objoid = d.objid AND i.objsubid = 0
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
), privileged AS (
    SELECT m.*, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END AS letter, c.relowner AS owner, c.relacl AS acl,
           format('%s %I.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname) AS name
    FROM member m JOIN pg_class c ON c.oid = m.objid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE m.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL
    SELECT m.*, 'f', p.proowner, p.proacl,
           format('%s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname,
                  oidvectortypes(p.proargtypes))
    FROM member m JOIN pg_proc p ON p.oid = m.objid JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE m.classid = 'pg_proc'::regclass
    UNION ALL
    SELECT m.*, 'T', t.typowner, t.typacl, format('TYPE %I.%I', n.nspname, t.typname)
    FROM member m JOIN pg_type t ON t.oid = m.objid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE m.classid = 'pg_type'::regclass
    UNION ALL
    SELECT m.*, 'n', n.nspowner, n.nspacl, format('SCHEMA %I', n.nspname)
    FROM member m JOIN pg_namespace n ON n.oid = m.objid WHERE m.classid = 'pg_namespace'::regclass
    UNION ALL
    SELECT m.*, 'l', l.lanowner, l.lanacl, format('LANGUAGE %I', l.lanname)
    FROM member m JOIN pg_language l ON l.oid = m.objid WHERE m.classid = 'pg_language'::regclass
    UNION ALL
    SELECT m.*, 'F', w.fdwowner, w.fdwacl, format('FOREIGN DATA WRAPPER %I', w.fdwname)
    FROM member m JOIN pg_foreign_data_wrapper w ON w.oid = m.objid WHERE m.classid = 'pg_foreign_data_wrapper'::regclass
    UNION ALL
    SELECT m.*, 'S', s.srvowner, s.srvacl, format('FOREIGN SERVER %I', s.srvname)
    FROM member m JOIN pg_foreign_server s ON s.oid = m.objid WHERE m.classid = 'pg_foreign_server'::regclass
)
SELECT 0::oid, p.objid, 0, ARRAY[p.name],
       json_build_object(
           'parent', json_build_array('extension', p.extname), '_owner', pg_get_userbyid(p.owner),
           'acl', to_json(x.acl::text[]), 'acl_type', p.letter, '_initial', to_json(x.initial::text[]))
FROM privileged p
CROSS JOIN LATERAL (
    SELECT coalesce(p.acl, f.acl) AS acl, coalesce(p.initprivs, f.acl) AS initial
    FROM acldefault(p.letter::"char", p.owner) AS f(acl)) AS x
WHERE NOT (x.acl @> x.initial AND x.acl <@ x.initial)
