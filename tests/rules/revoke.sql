REVOKE SELECT, UPDATE (note) ON orders FROM PUBLIC, app;
-- not measured: role "app" does not exist
-- breaks-clients: takes SELECT and UPDATE (note) on table "public.orders" away from PUBLIC and "app": their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE ALL ON SCHEMA audit FROM app CASCADE;
-- not measured: role "app" does not exist
-- breaks-clients: takes all privileges on schema "audit" away from "app": their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE EXECUTE ON FUNCTION total_of(integer) FROM PUBLIC;
-- breaks-clients: takes EXECUTE on function "total_of(integer)" away from PUBLIC: their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE SELECT ON ALL TABLES IN SCHEMA audit FROM app;
-- not measured: role "app" does not exist
-- breaks-clients: takes SELECT on every table in schema "audit" away from "app": their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE readers FROM app;
-- not measured: role "app" does not exist
-- breaks-clients: takes role "readers" away from "app": what they may do only through it fails once this commits; grant what they need first

REVOKE GRANT OPTION FOR SELECT ON orders FROM app;
-- not measured: role "app" does not exist
-- silent

GRANT SELECT ON orders TO app;
-- not measured: role "app" does not exist
-- silent

CREATE FUNCTION fresh() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION fresh() FROM PUBLIC;
-- silent

CREATE TABLE fresh (id integer);
REVOKE ALL ON TABLE fresh FROM PUBLIC;
-- silent

ALTER DEFAULT PRIVILEGES IN SCHEMA audit REVOKE SELECT ON TABLES FROM app;
-- not measured: role "app" does not exist
-- silent

REVOKE SELECT ON TABLE orders FROM PUBLIC;
GRANT SELECT, INSERT ON TABLE public.orders TO PUBLIC;
-- silent

REVOKE SELECT, UPDATE ON public.orders FROM PUBLIC;
GRANT SELECT ON TABLE public.orders TO PUBLIC;
-- breaks-clients: takes UPDATE on table "public.orders" away from PUBLIC: their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE SELECT ON public.orders FROM PUBLIC;
GRANT SELECT (note) ON TABLE public.orders TO PUBLIC;
-- breaks-clients: takes SELECT on table "public.orders" away from PUBLIC: their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

REVOKE SELECT (note) ON public.orders FROM PUBLIC;
GRANT SELECT ON TABLE public.orders TO PUBLIC;
-- silent

REVOKE SELECT ON public.orders FROM PUBLIC;
COMMIT;
GRANT SELECT ON TABLE public.orders TO PUBLIC;
-- breaks-clients: takes SELECT on table "public.orders" away from PUBLIC: their queries that need it fail once this commits; find out first who uses it (pg_stat_activity, the log)

CREATE SERVER elsewhere FOREIGN DATA WRAPPER files;
REVOKE ALL ON FOREIGN SERVER elsewhere FROM PUBLIC;
-- not measured: foreign-data wrapper "files" does not exist
-- silent
