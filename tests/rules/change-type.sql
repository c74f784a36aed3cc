ALTER TABLE orders ALTER COLUMN pieces TYPE bigint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN letter TYPE char(8);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN letter TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,4);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN shipped TYPE timestamptz;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN raw TYPE jsonb;
-- data-loss: changes column "raw" of "public.orders" (about 40 million rows, 5.2 GB) from json to jsonb: white space, the order of keys and all but the last of equal keys are lost; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN shorts TYPE text[];
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN pieces TYPE positive;
-- data-loss: changes column "pieces" of "public.orders" (about 40 million rows, 5.2 GB) from integer to public.positive: values that the constraints of public.positive refuse make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN lucky TYPE bigint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN state TYPE text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN code TYPE varchar(20) USING code::text;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN flags TYPE bit varying(3);
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C";
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until index "public.orders_note" is built again; drop the index first, and build it CONCURRENTLY afterwards

ALTER TABLE orders ALTER COLUMN note TYPE bpchar;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until index "public.orders_note" is built again; drop the index first, and build it CONCURRENTLY afterwards

ALTER TABLE orders ALTER COLUMN collated TYPE varchar;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until index "public.orders_collated" is built again; drop the index first, and build it CONCURRENTLY afterwards

ALTER TABLE orders ALTER COLUMN checked TYPE oid;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked against "checked_there" again; drop the CHECK first, add it NOT VALID afterwards, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ALTER COLUMN nobody TYPE text;
-- not measured: column "nobody" of relation "orders" does not exist
-- data-loss: changes column "nobody" of "public.orders" (about 40 million rows, 5.2 GB) to text: values that text cannot hold are lost or make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE text;
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE varchar;
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE varchar(20) USING code::varchar(20);
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE text USING code;
-- silent

ALTER TABLE orders ALTER COLUMN note TYPE varchar;
-- silent

ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);
-- silent

ALTER TABLE orders ALTER COLUMN total TYPE numeric;
-- silent

ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;
-- silent

ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz(6);
-- silent

ALTER TABLE orders ALTER COLUMN net TYPE inet;
-- silent

ALTER TABLE orders ALTER COLUMN flags TYPE bit varying;
-- silent

ALTER TABLE orders ALTER COLUMN duration TYPE interval(6);
-- silent

ALTER TABLE orders ALTER COLUMN note TYPE plain;
-- silent

ALTER TABLE orders ALTER COLUMN free TYPE text;
-- silent

ALTER TABLE orders ALTER COLUMN free TYPE varchar;
-- silent

ALTER TABLE orders ALTER COLUMN lucky TYPE integer;
-- silent

ALTER TABLE orders ALTER COLUMN pieces TYPE integer USING pieces;
-- silent

ALTER TABLE orders ALTER COLUMN collated TYPE varchar COLLATE "C";
-- silent

ALTER TABLE orders ALTER COLUMN code TYPE plain;
-- silent

ALTER TABLE users ALTER COLUMN nick TYPE varchar(40);
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until index "public.users_lower_nick" is built again; drop the index first, and build it CONCURRENTLY afterwards
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until every row is checked against "users_nick_check" again; drop the CHECK first, add it NOT VALID afterwards, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE events ALTER COLUMN id TYPE numeric;
-- rewrites-table: rewrites "public.events" with its 3 partitions (about 900 million rows, 80 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE animals ALTER COLUMN id TYPE bigint, ALTER COLUMN id SET NOT NULL;
-- rewrites-table: rewrites "public.animals" with its child table (about 24 rows, 32 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.animals" with its child table (about 24 rows, 32 kB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.animals" with its child table (about 24 rows, 32 kB) until every row is checked for NULL; add CHECK (id IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL takes its word
-- breaks-clients: inserts into "public.animals" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ALTER COLUMN id TYPE bigint;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ALTER COLUMN id TYPE smallint;
-- silent

ALTER TABLE orders ADD COLUMN fresh integer;
ALTER TABLE orders ALTER COLUMN fresh TYPE smallint;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TABLE users ALTER COLUMN id TYPE numeric;
-- rewrites-table: rewrites "public.users" (about 1.2 million rows, 307 MB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until its foreign key "orders_user_id_fkey" is checked again; add a new column, fill it in batches, then swap the names

ALTER TABLE orders ALTER COLUMN user_id TYPE integer;
-- data-loss: changes column "user_id" of "public.orders" (about 40 million rows, 5.2 GB) from bigint to integer: values beyond the range of integer make it fail; add a new column, move the values and compare them before the old one is dropped
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.users" (about 1.2 million rows, 307 MB) until foreign key "orders_user_id_fkey" is checked again; add a new column, fill it in batches, then swap the names
