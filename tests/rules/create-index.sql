CREATE INDEX ON orders (total);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE UNIQUE INDEX one_total ON public.orders USING btree (total);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE INDEX ON "Odd Names" ("Wert");
-- blocks-writes: blocks writes on "public.Odd Names" (about 12 rows, 16 kB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE INDEX ON events (id);
-- blocks-writes: blocks writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until the index is built on each; create it ON ONLY the parent, build one CONCURRENTLY on each partition, then ATTACH them

CREATE INDEX ON animals (id);
-- blocks-writes: blocks writes on "public.animals" (about 12 rows, 16 kB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE INDEX IF NOT EXISTS orders_total ON orders (total);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE INDEX CONCURRENTLY ON orders (total);
-- not measured: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
-- silent

CREATE INDEX ON ONLY events (id);
-- silent

CREATE INDEX IF NOT EXISTS orders_note ON orders (note);
-- silent

CREATE TABLE fresh (id integer);
CREATE INDEX ON fresh (id);
-- silent

CREATE INDEX ON daily (orders);
-- not measured: only REFRESH writes to a materialized view
-- silent

DROP INDEX orders_note;
-- silent

ALTER INDEX orders_note RENAME TO orders_remark;
-- silent

DROP INDEX orders_note;
CREATE INDEX orders_note ON orders (note, id);
-- blocks-reads: keeps reads and writes on "public.orders" (about 40 million rows, 5.2 GB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it CONCURRENTLY under another name, then drop the old one and rename
