REFRESH MATERIALIZED VIEW daily;
-- blocks-reads: blocks reads of materialized view "public.daily" (about 12 rows, 16 kB) until it is filled again; REFRESH … CONCURRENTLY lets them go on, given a unique index

REFRESH MATERIALIZED VIEW daily WITH NO DATA;
-- not measured: the new file is empty
-- breaks-clients: queries of materialized view "public.daily" fail once this commits, until it is refreshed WITH DATA; leave WITH NO DATA out

REFRESH MATERIALIZED VIEW CONCURRENTLY daily;
-- silent

CREATE MATERIALIZED VIEW fresh AS SELECT 1 AS one;
REFRESH MATERIALIZED VIEW fresh;
-- silent

REFRESH MATERIALIZED VIEW unread;
-- silent

REFRESH MATERIALIZED VIEW unread WITH NO DATA;
-- silent

REFRESH MATERIALIZED VIEW daily WITH NO DATA;
REFRESH MATERIALIZED VIEW daily;
-- blocks-reads: blocks reads of materialized view "public.daily" (about 12 rows, 16 kB) until it is filled again; REFRESH … CONCURRENTLY lets them go on, given a unique index

REFRESH MATERIALIZED VIEW daily WITH NO DATA;
COMMIT;
REFRESH MATERIALIZED VIEW daily;
-- breaks-clients: queries of materialized view "public.daily" fail once this commits, until it is refreshed WITH DATA; leave WITH NO DATA out
