REINDEX TABLE orders;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until its indexes are built again; write REINDEX (CONCURRENTLY)

REINDEX INDEX orders_note;
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until its indexes are built again; write REINDEX (CONCURRENTLY)

REINDEX SCHEMA audit;
-- not measured: REINDEX SCHEMA cannot run inside a transaction block
-- blocks-reads: blocks reads and writes on each table of schema "audit" while its indexes are built; write REINDEX (CONCURRENTLY)

REINDEX DATABASE;
-- not measured: REINDEX DATABASE cannot run inside a transaction block
-- blocks-reads: blocks reads and writes on each table of this database while its indexes are built; write REINDEX (CONCURRENTLY)

REINDEX (CONCURRENTLY) TABLE orders;
-- not measured: REINDEX CONCURRENTLY cannot run inside a transaction block
-- silent

REINDEX INDEX CONCURRENTLY orders_note;
-- not measured: REINDEX CONCURRENTLY cannot run inside a transaction block
-- silent
