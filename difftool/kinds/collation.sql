-- Collations that the database's encoding can have; their version, which is the library's, is no part of the schema.
-- https://www.postgresql.org/docs/current/catalog-pg-collation.html
SELECT 'pg_collation'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.collname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.collowner),
           'provider', CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END,
           'locale', coalesce(x.locale, CASE WHEN c.collcollate = c.collctype THEN c.collcollate END),
           'lc_collate', CASE WHEN c.collcollate <> c.collctype THEN c.collcollate END,
           'lc_ctype', CASE WHEN c.collcollate <> c.collctype THEN c.collctype END,
           'deterministic', c.collisdeterministic, 'rules', x.rules)
FROM pg_collation c
JOIN pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(j ->> 'colllocale', j ->> 'colliculocale'), j ->> 'collicurules' FROM to_jsonb(c) AS j
) AS x(locale, rules)
WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
  AND c.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
