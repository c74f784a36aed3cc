ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked for NULL; add CHECK (note IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.orders" that leave out column "note" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE "Odd Names" ALTER COLUMN "Wert" SET NOT NULL;
-- blocks-reads: blocks reads and writes on "public.Odd Names" (about 12 rows, 16 kB) until every row is checked for NULL; add CHECK ("Wert" IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.Odd Names" that leave out column "Wert" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE events ALTER COLUMN id SET NOT NULL;
-- blocks-reads: blocks reads and writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.events" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE animals ALTER COLUMN id SET NOT NULL;
-- blocks-reads: blocks reads and writes on "public.animals" with its child table (about 24 rows, 32 kB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.animals" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note;
-- since: 18
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked for NULL; add CHECK (note IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.orders" that leave out column "note" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;
-- since: 18
-- breaks-clients: inserts into "public.orders" that leave out column "note" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked for NULL; add CHECK (note IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.orders" that leave out column "note" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT note_there;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
-- blocks-reads: keeps reads and writes on "public.orders" (about 40 million rows, 5.2 GB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- breaks-clients: inserts into "public.orders" that leave out column "note" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT note_there;
COMMIT;
ALTER TABLE orders ALTER COLUMN note SET DEFAULT '';
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
-- silent

ALTER TABLE orders ALTER COLUMN checked SET NOT NULL, ALTER COLUMN checked SET DEFAULT 1;
-- breaks-clients: inserts into "public.orders" that leave out column "checked" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ALTER COLUMN checked SET DEFAULT 1, ALTER COLUMN checked SET NOT NULL;
-- silent

ALTER TABLE users ALTER COLUMN email SET NOT NULL;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ALTER COLUMN id SET NOT NULL;
-- silent

ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
-- silent

ALTER TABLE animals ADD CONSTRAINT known NOT NULL id NO INHERIT;
ALTER TABLE animals ALTER CONSTRAINT known INHERIT;
-- since: 18
-- blocks-reads: blocks reads and writes on "public.animals" (about 12 rows, 16 kB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.animals" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first
-- blocks-reads: blocks reads and writes on "public.cats" (about 12 rows, 16 kB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.cats" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE animals ADD CONSTRAINT known NOT NULL id;
-- since: 18
-- blocks-reads: blocks reads and writes on "public.animals" with its child table (about 24 rows, 32 kB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.animals" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE animals ALTER CONSTRAINT known NO INHERIT;
-- since: 18
-- not measured: constraint "known" of relation "animals" does not exist
-- silent
