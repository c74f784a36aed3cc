-- Publications; their tables and schemas are kinds of their own.
-- https://www.postgresql.org/docs/current/catalog-pg-publication.html
SELECT 'pg_publication'::regclass, p.oid, 0, ARRAY[p.pubname::text],
       json_build_object(
           'owner', pg_get_userbyid(p.pubowner), 'all_tables', p.puballtables,
           'publish', array_to_string(ARRAY[
               CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
               CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], ', '),
           'publish_via_partition_root', p.pubviaroot,
           'publish_generated_columns', CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' ELSE 'none' END)
FROM pg_publication p
WHERE p.oid >= 16384
