-- Procedural languages that no extension brought; only a trusted one can have grants.
-- https://www.postgresql.org/docs/current/catalog-pg-language.html
SELECT 'pg_language'::regclass, l.oid, 0, ARRAY[l.lanname::text],
       json_build_object(
           'owner', pg_get_userbyid(l.lanowner), 'acl', to_json(l.lanacl::text[]), 'acl_type', CASE WHEN l.lanpltrusted THEN 'l' END,
           'trusted', l.lanpltrusted, 'handler', l.lanplcallfoid::regproc::text,
           'inline', CASE WHEN l.laninline <> 0 THEN l.laninline::regproc::text END,
           'validator', CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regproc::text END)
FROM pg_language l
WHERE l.oid >= 16384 AND l.lanispl
