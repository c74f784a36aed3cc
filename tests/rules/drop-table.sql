DROP TABLE orders CASCADE;
-- data-loss: deletes "public.orders" (about 40 million rows, 5.2 GB) and, by CASCADE, all that depends on it, for good; save it first with pg_dump --table, and drop what depends on it by name
-- breaks-clients: queries that name "public.orders" fail once this commits; drop it after the code that names it is gone

DROP TABLE audit.trail, "Odd Names" CASCADE;
-- data-loss: deletes "audit.trail" (about 12 rows, 16 kB) and, by CASCADE, all that depends on it, for good; save it first with pg_dump --table, and drop what depends on it by name
-- data-loss: deletes "public.Odd Names" (about 12 rows, 16 kB) and, by CASCADE, all that depends on it, for good; save it first with pg_dump --table, and drop what depends on it by name
-- breaks-clients: queries that name "audit.trail" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries that name "public.Odd Names" fail once this commits; drop it after the code that names it is gone

DROP TABLE audit.trail, cache;
-- data-loss: deletes "audit.trail" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- data-loss: deletes "public.cache" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "audit.trail" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries that name "public.cache" fail once this commits; drop it after the code that names it is gone

DROP TABLE events_2024;
-- data-loss: deletes "public.events_2024" (about 900 million rows, 80 GB), a partition of "public.events", for good; ALTER TABLE public.events DETACH PARTITION public.events_2024 CONCURRENTLY keeps the rows in a table of their own
-- breaks-clients: queries that name "public.events_2024" fail once this commits; drop it after the code that names it is gone

DROP TABLE events;
-- data-loss: deletes "public.events" with its 3 partitions (about 900 million rows, 80 GB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.events" fail once this commits; drop it after the code that names it is gone

DROP TABLE IF EXISTS keyless;
-- data-loss: deletes "public.keyless" (no rows) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.keyless" fail once this commits; drop it after the code that names it is gone

DROP TABLE IF EXISTS nobody;
-- silent

CREATE TABLE fresh (id integer);
DROP TABLE fresh;
-- silent

DROP INDEX orders_note;
-- silent

ALTER TABLE keyless RENAME TO old;
DROP TABLE old;
-- data-loss: deletes "public.old" (no rows) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.keyless" fail once this commits; drop it after the code that names it is gone

DROP VIEW IF EXISTS nobody;
-- silent

SET search_path = audit;
DROP TABLE trail;
-- data-loss: deletes "audit.trail" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "audit.trail" fail once this commits; drop it after the code that names it is gone

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE public.emptied;
CREATE TABLE public.emptied (id integer, state grade) PARTITION BY LIST (id);
-- small: 10000000
-- breaks-clients: queries that name column "note" of table "public.emptied" fail once this commits, for it is created again without; keep the column until no code names it

DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
CREATE TABLE emptied (id integer, note text, state grade);
-- data-loss: deletes "public.emptied" (no rows) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
INSERT INTO emptied VALUES (1);
DROP TABLE emptied;
CREATE TABLE emptied (LIKE keyless);
-- small: 10000000
-- data-loss: deletes "public.emptied" (no rows) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: table "public.emptied" is created again from a statement that does not name all its columns; compare them before you allow it

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied CASCADE;
CREATE TABLE emptied (id integer, note text, state grade);
-- small: 10000000
-- data-loss: deletes "public.emptied" (no rows) and, by CASCADE, all that depends on it, for good; save it first with pg_dump --table, and drop what depends on it by name

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
-- small: 10000000
-- breaks-clients: queries that name "public.emptied" fail once this commits; drop it after the code that names it is gone

DROP TABLE cache;
COMMIT;
CREATE VIEW cache AS SELECT 'a'::text AS key, 'b'::text AS value;
-- data-loss: deletes "public.cache" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.cache" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DROP TABLE logs_2024;
DROP TABLE logs;
-- data-loss: deletes "public.logs_2024" (about 12 rows, 16 kB), a partition of "public.logs", for good; ALTER TABLE public.logs DETACH PARTITION public.logs_2024 CONCURRENTLY keeps the rows in a table of their own
-- breaks-clients: queries that name "public.logs_2024" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries that name "public.logs" fail once this commits; drop it after the code that names it is gone
