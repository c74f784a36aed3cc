ALTER TABLE keyless ADD PRIMARY KEY (id);
-- blocks-reads: blocks reads and writes on "public.keyless" (no rows) until the index of the primary key is built; build it first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX
-- breaks-clients: inserts into "public.keyless" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

ALTER TABLE orders ADD CONSTRAINT one_code UNIQUE (total, code);
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the index of the unique constraint is built; build it first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX

ALTER TABLE orders ADD COLUMN ticket integer UNIQUE;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the index of the unique constraint is built; build it first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX

ALTER TABLE events ADD UNIQUE (id, day);
-- blocks-reads: blocks reads and writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until the index of the unique constraint is built; build a unique index CONCURRENTLY on each partition, add the constraint to ONLY the parent, then ATTACH the indexes

ALTER TABLE orders ADD EXCLUDE USING btree (total WITH =);
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the index of the exclusion constraint is built; there is no online way: add it in quiet hours

ALTER TABLE keyless ADD PRIMARY KEY USING INDEX keyless_id;
-- blocks-reads: blocks reads and writes on "public.keyless" (no rows) until column "id" is checked for NULL; SET NOT NULL first, by way of a validated CHECK
-- breaks-clients: inserts into "public.keyless" that leave out column "id" fail once this commits, for it has no default; give it one, or let the code fill it first

CREATE UNIQUE INDEX CONCURRENTLY new_key ON keyless (other);
ALTER TABLE keyless ADD CONSTRAINT new_key PRIMARY KEY USING INDEX new_key;
-- not measured: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
-- silent

ALTER TABLE trips ADD CONSTRAINT trips_once UNIQUE (id, length WITHOUT OVERLAPS);
-- since: 18
-- not measured: an integer has no operator class for GiST
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until the index of the unique constraint is built; there is no online way: add it in quiet hours

ALTER TABLE orders ADD CONSTRAINT pieces_key UNIQUE USING INDEX orders_pieces;
-- silent

ALTER TABLE keyless ADD PRIMARY KEY USING INDEX keyless_other;
-- silent

ALTER TABLE ONLY events ADD UNIQUE (id, day);
-- silent

CREATE TABLE fresh (id bigint);
ALTER TABLE ONLY public.fresh ADD CONSTRAINT fresh_pkey PRIMARY KEY (id);
-- silent
