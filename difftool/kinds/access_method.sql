-- Access methods of tables and of indexes.
-- https://www.postgresql.org/docs/current/catalog-pg-am.html
SELECT 'pg_am'::regclass, a.oid, 0, ARRAY[a.amname::text],
       json_build_object('type', a.amtype, 'handler', a.amhandler::regproc::text)
FROM pg_am a
WHERE a.oid >= 16384
