-- Subscriptions of this database. Connection strings are for superusers: they are asked for in a query of its own, which
-- runs only where it may, in ts_stat: functions of XML would do, where the server is built with libxml.
-- https://www.postgresql.org/docs/current/catalog-pg-subscription.html
SELECT 'pg_subscription'::regclass, s.oid, 0, ARRAY[s.subname::text],
       json_build_object(
           'owner', pg_get_userbyid(s.subowner), '_hidden', k.conninfo IS NULL, 'connection', k.conninfo,
           'publications', s.subpublications, 'slot_name', s.subslotname, 'synchronous_commit', s.subsynccommit,
           'binary', s.subbinary, 'streaming', CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END,
           'two_phase', s.subtwophasestate <> 'd', 'disable_on_error', s.subdisableonerr, 'password_required', s.subpasswordrequired,
           'run_as_owner', s.subrunasowner, 'failover', s.subfailover, 'origin', s.suborigin)
FROM pg_subscription s
LEFT JOIN (
    SELECT w[1]::oid AS oid,
           convert_from(decode(string_agg(w[3], '' ORDER BY w[2]::integer), 'hex'), getdatabaseencoding()) AS conninfo
    FROM ts_stat(CASE WHEN has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') THEN
            'SELECT array_to_tsvector(ARRAY(
                 SELECT format(''%s.%s.%s'', s.oid, i, substr(
                     encode(convert_to(s.subconninfo, getdatabaseencoding()), ''hex''), 1000 * i + 1, 1000))
                 FROM generate_series(0, octet_length(s.subconninfo) / 500) AS i))
             FROM pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())' END) AS t,
         string_to_array(t.word, '.') AS w
    GROUP BY w[1]) AS k ON k.oid = s.oid
WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
