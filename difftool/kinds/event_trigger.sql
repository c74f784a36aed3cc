-- Event triggers.
-- https://www.postgresql.org/docs/current/catalog-pg-event-trigger.html
SELECT 'pg_event_trigger'::regclass, e.oid, 0, ARRAY[e.evtname::text],
       json_build_object(
           'owner', pg_get_userbyid(e.evtowner),
           'event', e.evtevent, 'tags', to_json(e.evttags), 'function', e.evtfoid::regproc, 'state', e.evtenabled)
FROM pg_event_trigger e
WHERE e.oid >= 16384
