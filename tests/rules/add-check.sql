ALTER TABLE orders ADD CONSTRAINT cheap CHECK (total < 1000);
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE events ADD CHECK (id > 0);
-- blocks-reads: blocks reads and writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ADD COLUMN level integer DEFAULT 0 CHECK (level < 10);
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ADD CONSTRAINT a CHECK (total > 1), ADD CONSTRAINT b CHECK (total < 9) NOT VALID;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ADD CONSTRAINT cheap CHECK (total < 1000) NOT VALID;
-- silent

ALTER TABLE orders ADD CONSTRAINT cheap CHECK (total < 1000) NOT ENFORCED;
-- since: 18
-- silent

ALTER TABLE users VALIDATE CONSTRAINT users_nick_check;
-- silent

ALTER TABLE users DROP CONSTRAINT users_nick_check;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ADD CHECK (id > 0);
-- silent

ALTER TABLE events DETACH PARTITION events_rest;
ALTER TABLE events ADD CHECK (id > 0);
-- breaks-clients: queries of "public.events" no longer find the rows of "public.events_rest" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first
-- blocks-reads: blocks reads and writes on "public.events" with its 2 partitions (about 900 million rows, 80 GB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction
-- blocks-reads: keeps reads and writes on "public.events_rest" (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE "Odd Names" ADD COLUMN id integer;
ALTER TABLE "Odd Names" INHERIT animals;
ALTER TABLE animals ADD CHECK (id > 0);
-- blocks-reads: blocks reads and writes on "public.animals" with its 2 child tables (about 36 rows, 48 kB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE animals ADD CONSTRAINT known CHECK (id > 0) NO INHERIT;
-- blocks-reads: blocks reads and writes on "public.animals" (about 12 rows, 16 kB) until every row is checked; add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction
