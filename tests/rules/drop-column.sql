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
