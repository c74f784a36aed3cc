ALTER TABLE orders ADD COLUMN key uuid DEFAULT gen_random_uuid();
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "key" has a default that differs from row to row; add it without default, SET DEFAULT, then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it without default, SET DEFAULT, then fill the old rows in batches

ALTER TABLE orders ADD COLUMN key text DEFAULT token();
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "key" has a default that differs from row to row; add it without default, SET DEFAULT, then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it without default, SET DEFAULT, then fill the old rows in batches

ALTER TABLE orders ADD COLUMN key text DEFAULT nobody();
-- not measured: function nobody() does not exist
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "key" has a default that differs from row to row; add it without default, SET DEFAULT, then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it without default, SET DEFAULT, then fill the old rows in batches

ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "number" numbers every row; add it with DEFAULT nextval(…), and ADD GENERATED … AS IDENTITY once the old rows are filled in batches, which is left to you, for the statement does not say how its sequence counts
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it with DEFAULT nextval(…), and ADD GENERATED … AS IDENTITY once the old rows are filled in batches, which is left to you, for the statement does not say how its sequence counts

ALTER TABLE orders ADD COLUMN number bigserial;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "number" numbers every row; add it as integer, SET DEFAULT nextval(…), then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it as integer, SET DEFAULT nextval(…), then fill the old rows in batches

ALTER TABLE orders ADD COLUMN half integer GENERATED ALWAYS AS (pieces / 2) STORED;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "half" is stored for every row; add a plain column, fill it in batches, and keep it by a trigger: no column can become a generated one later
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a plain column, fill it in batches, and keep it by a trigger: no column can become a generated one later

ALTER TABLE orders ADD COLUMN luck very_positive;
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "luck" has a domain whose constraint every row is checked against; add it with the domain's base type and a CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it with the domain's base type and a CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE events ADD COLUMN key uuid DEFAULT gen_random_uuid();
-- rewrites-table: rewrites "public.events" with its 3 partitions (about 900 million rows, 80 GB) and its indexes, which takes as much disk and WAL again, because column "key" has a default that differs from row to row; add it without default, SET DEFAULT, then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) until it is rewritten; add it without default, SET DEFAULT, then fill the old rows in batches

ALTER TABLE orders ADD COLUMN a integer, ADD COLUMN b float DEFAULT random();
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again, because column "b" has a default that differs from row to row; add it without default, SET DEFAULT, then fill the old rows in batches
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add it without default, SET DEFAULT, then fill the old rows in batches

ALTER TABLE orders ADD COLUMN half integer GENERATED ALWAYS AS (pieces / 2) VIRTUAL;
-- since: 18
-- silent

ALTER TABLE orders ADD COLUMN more text;
-- silent

ALTER TABLE orders ADD COLUMN more text NOT NULL DEFAULT '';
-- silent

ALTER TABLE orders ADD COLUMN seen timestamptz DEFAULT now();
-- silent

ALTER TABLE orders ADD COLUMN more text DEFAULT steady() || upper('x');
-- silent

ALTER TABLE orders ADD COLUMN more plain DEFAULT CURRENT_USER;
-- silent

ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text DEFAULT token();
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ADD COLUMN key text DEFAULT token();
-- silent

CREATE FUNCTION fixed() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER TABLE orders ADD COLUMN fixed integer DEFAULT fixed();
-- silent
