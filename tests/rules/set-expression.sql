ALTER TABLE orders ALTER COLUMN doubled SET EXPRESSION AS (pieces + pieces);
-- since: 17
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column beside it and move the code over
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column beside it and move the code over

ALTER TABLE orders ADD COLUMN half integer GENERATED ALWAYS AS (pieces / 2) VIRTUAL;
ALTER TABLE orders ALTER COLUMN half SET EXPRESSION AS (pieces / 3);
-- not measured: ALTER TABLE / SET EXPRESSION is not supported for virtual generated columns in tables with check constraints
-- silent

ALTER TABLE orders ALTER COLUMN doubled DROP EXPRESSION;
-- breaks-clients: inserts into "public.orders" that leave out column "doubled" leave it NULL once this commits, for it is computed no longer; let the code fill it first
