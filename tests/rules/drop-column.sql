ALTER TABLE orders DROP COLUMN note;
-- data-loss: deletes the values of column "note" of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- breaks-clients: queries that name column "note" of "public.orders" fail once this commits; drop it after the code that names it is gone

ALTER TABLE ONLY "Odd Names" DROP COLUMN "Wert" CASCADE;
-- data-loss: deletes the values of column "Wert" of "public.Odd Names" (about 12 rows, 16 kB) and, by CASCADE, all that depends on it, for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- breaks-clients: queries that name column "Wert" of "public.Odd Names" fail once this commits; drop it after the code that names it is gone

ALTER TABLE orders DROP COLUMN doubled;
-- breaks-clients: queries that name column "doubled" of "public.orders" fail once this commits; drop it after the code that names it is gone

ALTER TABLE events DROP COLUMN payload;
-- data-loss: deletes the values of column "payload" of "public.events" with its 3 partitions (about 900 million rows, 80 GB), for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- breaks-clients: queries that name column "payload" of "public.events" fail once this commits; drop it after the code that names it is gone

ALTER TYPE address DROP ATTRIBUTE zip;
-- data-loss: deletes the values of attribute "zip" from column "home" of "public.users" (about 1.2 million rows, 307 MB), for good; save them first
-- breaks-clients: queries that name attribute "zip" of type "public.address" fail once this commits; drop it after the code that names it is gone

ALTER TABLE orders DROP COLUMN IF EXISTS nobody;
-- silent

ALTER TABLE orders ADD COLUMN fresh integer;
ALTER TABLE orders DROP COLUMN fresh;
-- silent

ALTER TABLE orders ALTER COLUMN total DROP DEFAULT, ALTER COLUMN state DROP NOT NULL;
-- silent

ALTER TABLE logs DETACH PARTITION logs_2024;
ALTER TABLE logs DROP COLUMN id;
-- breaks-clients: queries of "public.logs" no longer find the rows of "public.logs_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first
-- breaks-clients: queries that name column "id" of "public.logs" fail once this commits; drop it after the code that names it is gone

ALTER TABLE orders DROP COLUMN doubled;
ALTER TABLE orders ADD COLUMN doubled integer GENERATED ALWAYS AS (base * 3) STORED;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "doubled" is stored for every row; add a plain column, fill it in batches, and keep it by a trigger: no column can become a generated one later
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a plain column, fill it in batches, and keep it by a trigger: no column can become a generated one later

ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN note varchar(100);
-- data-loss: deletes the values of column "note" of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later

ALTER TABLE orders DROP COLUMN doubled;
COMMIT;
ALTER TABLE orders ADD COLUMN doubled integer;
-- breaks-clients: queries that name column "doubled" of "public.orders" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
ALTER TABLE emptied DROP COLUMN note;
ALTER TABLE emptied ADD COLUMN note text GENERATED ALWAYS AS (id::text) STORED;
-- small: 10000000
-- silent

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
ALTER TABLE emptied DROP COLUMN note, DROP COLUMN state CASCADE;
-- small: 10000000
-- data-loss: deletes the values of column "state" of "public.emptied" (no rows) and, by CASCADE, all that depends on it, for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- breaks-clients: queries that name column "note" of "public.emptied" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries that name column "state" of "public.emptied" fail once this commits; drop it after the code that names it is gone
