-- Conversions between encodings.
-- https://www.postgresql.org/docs/current/catalog-pg-conversion.html
SELECT 'pg_conversion'::regclass, c.oid, 0, ARRAY[n.nspname::text, c.conname::text],
       json_build_object(
           'owner', pg_get_userbyid(c.conowner), 'default', c.condefault,
           'from', pg_encoding_to_char(c.conforencoding), 'to', pg_encoding_to_char(c.contoencoding),
           'function', c.conproc::regproc::text)
FROM pg_conversion c
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.oid >= 16384
