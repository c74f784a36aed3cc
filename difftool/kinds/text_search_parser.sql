-- Text search parsers.
-- https://www.postgresql.org/docs/current/catalog-pg-ts-parser.html
SELECT 'pg_ts_parser'::regclass, p.oid, 0, ARRAY[n.nspname::text, p.prsname::text],
       json_build_object(
           'start', p.prsstart::regproc::text, 'gettoken', p.prstoken::regproc::text, 'end', p.prsend::regproc::text,
           'headline', CASE WHEN p.prsheadline <> 0 THEN p.prsheadline::regproc::text END, 'lextypes', p.prslextype::regproc::text)
FROM pg_ts_parser p
JOIN pg_namespace n ON n.oid = p.prsnamespace
WHERE p.oid >= 16384
