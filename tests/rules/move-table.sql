ALTER TABLE orders SET UNLOGGED;
-- data-loss: empties "public.orders" (about 40 million rows, 5.2 GB) at the next crash, and on every standby at once: an UNLOGGED table is not in the WAL; keep it LOGGED unless it can be filled again
-- rewrites-table: copies "public.orders" (about 40 million rows, 5.2 GB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the copy is complete; do it in quiet hours

ALTER TABLE cache SET LOGGED;
-- rewrites-table: copies "public.cache" (about 12 rows, 16 kB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.cache" (about 12 rows, 16 kB) until the copy is complete; do it in quiet hours

ALTER TABLE orders SET TABLESPACE fast;
-- not measured: tablespace "fast" does not exist
-- rewrites-table: copies "public.orders" (about 40 million rows, 5.2 GB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the copy is complete; do it in quiet hours

ALTER INDEX orders_note SET TABLESPACE fast;
-- not measured: tablespace "fast" does not exist
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until its index is copied; do it in quiet hours

ALTER MATERIALIZED VIEW daily SET TABLESPACE fast;
-- not measured: tablespace "fast" does not exist
-- rewrites-table: copies "public.daily" (about 12 rows, 16 kB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.daily" (about 12 rows, 16 kB) until the copy is complete; do it in quiet hours

ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE fast;
-- not measured: tablespace "fast" does not exist
-- rewrites-table: copies everything in tablespace "pg_default" to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on everything in tablespace "pg_default" until the copy is complete; do it in quiet hours

ALTER TABLE orders SET ACCESS METHOD columnar;
-- not measured: access method "columnar" does not exist
-- rewrites-table: copies "public.orders" (about 40 million rows, 5.2 GB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the copy is complete; do it in quiet hours

CLUSTER orders USING orders_note;
-- rewrites-table: copies "public.orders" (about 40 million rows, 5.2 GB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the copy is complete; do it in quiet hours

CLUSTER;
-- not measured: CLUSTER cannot run inside a transaction block
-- rewrites-table: copies every table of this database, one after the other to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on every table of this database, one after the other until the copy is complete; do it in quiet hours

VACUUM (FULL) orders;
-- not measured: VACUUM cannot run inside a transaction block
-- rewrites-table: copies "public.orders" (about 40 million rows, 5.2 GB) to new files, which takes as much disk again; do it in quiet hours
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until the copy is complete; do it in quiet hours

ALTER TABLE orders SET LOGGED;
-- silent

ALTER TABLE cache SET UNLOGGED;
-- silent

ALTER TABLE orders SET ACCESS METHOD heap;
-- since: 15
-- silent

ALTER TABLE events SET TABLESPACE pg_default;
-- silent

VACUUM orders;
-- not measured: VACUUM cannot run inside a transaction block
-- silent

ALTER TABLE orders SET (fillfactor = 70), CLUSTER ON orders_note;
-- silent

ALTER SEQUENCE invoice_numbers SET UNLOGGED;
-- data-loss: loses the position of sequence "public.invoice_numbers" at the next crash: an UNLOGGED sequence is not in the WAL, starts over, and gives out numbers twice; keep it LOGGED

CREATE SEQUENCE fresh;
ALTER SEQUENCE fresh SET UNLOGGED;
-- silent
