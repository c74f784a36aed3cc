ALTER TYPE status RENAME TO status_old;
CREATE TYPE status AS ENUM ('new', 'gone');
ALTER TABLE orders ALTER COLUMN state DROP DEFAULT, ALTER COLUMN state TYPE status USING state::text::status, ALTER COLUMN state SET DEFAULT 'new';
ALTER TABLE orders ALTER COLUMN states TYPE status[] USING states::text::status[];
DROP TYPE status_old;
-- data-loss: takes 'paid' away from type "public.status": rows of "public.orders" (about 40 million rows, 5.2 GB) that hold it in column "state" make it fail, or lose it to USING; give those rows another value first
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- breaks-clients: queries that write or compare 'paid' in column "state" of "public.orders" fail once this commits; let the code forget it first
-- data-loss: takes 'paid' away from type "public.status": rows of "public.orders" (about 40 million rows, 5.2 GB) that hold it in column "states" make it fail, or lose it to USING; give those rows another value first
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- breaks-clients: queries that write or compare 'paid' in column "states" of "public.orders" fail once this commits; let the code forget it first

CREATE TYPE paid_only AS ENUM ('paid');
ALTER TABLE orders ALTER COLUMN states TYPE paid_only[] USING states::text::paid_only[];
-- data-loss: takes 'new' and 'gone' away from type "public.status": rows of "public.orders" (about 40 million rows, 5.2 GB) that hold them in column "states" make it fail, or lose it to USING; give those rows another value first
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- breaks-clients: queries that write or compare 'new' and 'gone' in column "states" of "public.orders" fail once this commits; let the code forget it first

ALTER TYPE status ADD VALUE 'lost' AFTER 'paid';
-- silent

ALTER TYPE status RENAME TO status__replaced;
CREATE TYPE status AS ENUM ('gone', 'new', 'paid');
ALTER TABLE orders ALTER COLUMN states TYPE status[] USING states::text::status[];
-- rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is rewritten; add a new column, fill it in batches, then swap the names
-- breaks-clients: puts the labels of type "public.status" in another order: queries that sort by column "states" of "public.orders", or compare it by < and >, find other rows once this commits; compare the two lists before you allow it

CREATE TYPE fine AS ENUM ('low', 'high');
CREATE DOMAIN finer AS fine;
ALTER TABLE emptied ALTER COLUMN state TYPE finer USING state::text::finer;
-- data-loss: takes 'top' away from type "public.grade": rows of "public.emptied" (no rows) that hold it in column "state" make it fail, or lose it to USING; give those rows another value first
-- rewrites-table: rewrites "public.emptied" (no rows) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.emptied" (no rows) until it is rewritten; add a new column, fill it in batches, then swap the names
-- breaks-clients: queries that write or compare 'top' in column "state" of "public.emptied" fail once this commits; let the code forget it first

DROP TYPE mood;
CREATE TYPE mood AS ENUM ('bad');
-- breaks-clients: queries that write or compare 'good' of type "public.mood" fail once this commits, for it is created again without; let the code forget it first

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
CREATE TYPE fine AS ENUM ('low', 'high');
ALTER TABLE emptied ALTER COLUMN state TYPE fine USING state::text::fine;
-- small: 10000000
-- breaks-clients: queries that write or compare 'top' in column "state" of "public.emptied" fail once this commits; let the code forget it first

ALTER TYPE mood RENAME TO mood__replaced;
CREATE TYPE mood AS ENUM ('good', 'so-so', 'bad');
DROP TYPE mood__replaced;
-- silent
