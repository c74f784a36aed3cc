-- Subscriptions of this database. Connection strings are for superusers: they are asked for in a query of its own,
-- which runs only where it may: ts_stat runs one on any server, with XML or without. A word of it has its limits.
-- https://www.postgresql.org/docs/16/catalog-pg-subscription.html
SELECT 'pg_subscription'::regclass, s.oid, 0, ARRAY[s.subname::text],
       json_build_object(
           'owner', pg_get_userbyid(s.subowner), '_hidden', k.conninfo IS NULL, 'connection', k.conninfo,
           'publications', s.subpublications, 'slot_name', s.subslotname, 'synchronous_commit', s.subsynccommit,
           'binary', s.subbinary, 'streaming', CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END,
           'two_phase', s.subtwophasestate <> 'd', 'disable_on_error', s.subdisableonerr, 'password_required', s.subpasswordrequired,
           'run_as_owner', s.subrunasowner, 'failover', false, 'origin', s.suborigin)
FROM pg_subscription s
LEFT JOIN (
    SELECT split_part(word, ':', 1)::oid AS oid,
           convert_from(decode(string_agg(split_part(word, ':', 3), '' ORDER BY split_part(word, ':', 2)::int), 'hex'), getdatabaseencoding())
               AS conninfo
    FROM ts_stat(CASE WHEN has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') THEN
        'SELECT array_to_tsvector(array_agg(oid || '':'' || i || '':'' || substr(hex, i, 1000))) '
        'FROM (SELECT oid, encode(convert_to(subconninfo, getdatabaseencoding()), ''hex'') AS hex FROM pg_subscription '
        'WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS s '
        'CROSS JOIN generate_series(1, length(hex), 1000) AS i' END)
    GROUP BY 1) AS k ON k.oid = s.oid
WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
