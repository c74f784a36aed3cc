-- Comments, security labels and DEPENDS ON EXTENSION, with the address of what they are said of.
-- https://www.postgresql.org/docs/current/catalog-pg-description.html
SELECT 'comment', classoid, objoid, objsubid, '', description
FROM pg_description WHERE objoid >= 16384 OR (classoid = 'pg_namespace'::regclass AND objoid = 2200)
UNION ALL
SELECT 'security_label', classoid, objoid, objsubid, provider, label
FROM pg_seclabel WHERE objoid >= 16384
UNION ALL
SELECT 'security_label', classoid, objoid, 0, provider, label
FROM pg_shseclabel WHERE classoid = 'pg_subscription'::regclass
UNION ALL
SELECT 'depends_on_extension', d.classid, d.objid, d.objsubid, e.extname, ''
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
WHERE d.deptype = 'x'
