-- Subscriptions of this database. Connection strings are for superusers: they are asked for in a query of its own,
-- which runs only where it may.
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
    SELECT m[1]::oid AS oid, convert_from(decode(m[2], 'hex'), getdatabaseencoding()) AS conninfo
    FROM regexp_matches(
        CASE WHEN has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') THEN query_to_xml(
            'SELECT oid, encode(convert_to(subconninfo, getdatabaseencoding()), ''hex'') AS hex '
            'FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
            false, false, '')::text END,
        '<oid>([0-9]+)</oid>[[:space:]]*<hex>([0-9a-f]*)</hex>', 'g') AS m) AS k ON k.oid = s.oid
WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
