-- Grants on what PostgreSQL itself has, and on columns of that or of what belongs to extensions, other than they began with.
-- initdb notes what it granted, but for information_schema, whose views and itself everybody may use.
-- https://www.postgresql.org/docs/current/catalog-pg-init-privs.html
WITH privileged(class, oid, sub, acl, base, name) AS (
    SELECT 'pg_proc'::regclass, p.oid, 0, p.proacl, acldefault('f', p.proowner),
           format('%s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname,
                  oidvectortypes(p.proargtypes))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid < 16384 AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, 0, c.relacl, acldefault('r', c.relowner) || CASE n.nspname
               WHEN 'information_schema' THEN makeaclitem(0, c.relowner, 'SELECT', false) END,
           format('TABLE %I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid < 16384 AND c.relkind IN ('r', 'v') AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, '{}', format('COLUMN %I.%I.%I', n.nspname, c.relname, a.attname)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT a.attisdropped AND a.attacl IS NOT NULL AND (c.oid < 16384 OR EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, t.typacl, acldefault('T', t.typowner), format('TYPE %I.%I', n.nspname, t.typname)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid < 16384 AND t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_namespace'::regclass, n.oid, 0, n.nspacl, acldefault('n', n.nspowner) || CASE n.nspname
               WHEN 'information_schema' THEN makeaclitem(0, n.nspowner, 'USAGE', false) END,
           format('SCHEMA %I', n.nspname)
    FROM pg_namespace n WHERE n.oid < 16384 AND n.nspname <> 'public' AND n.nspname !~ '^pg_(toast|temp)' AND n.nspacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language'::regclass, l.oid, 0, l.lanacl, acldefault('l', l.lanowner), format('LANGUAGE %I', l.lanname)
    FROM pg_language l WHERE l.oid < 16384 AND l.lanacl IS NOT NULL
)
SELECT 0::oid, p.oid, p.sub, ARRAY[p.name], json_build_object('privileges', ARRAY(SELECT g::text FROM unnest(p.acl) AS u(g) ORDER BY 1))
FROM privileged p
LEFT JOIN pg_init_privs i ON i.classoid = p.class AND i.objoid = p.oid AND i.objsubid = p.sub
CROSS JOIN LATERAL (SELECT coalesce(i.initprivs, p.base)) AS x(initial)
WHERE NOT (p.acl @> x.initial AND p.acl <@ x.initial)
    AND (p.sub <> 0 OR NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = p.class AND d.objid = p.oid AND d.deptype = 'e'))
