DROP TYPE address CASCADE;
-- data-loss: deletes, by CASCADE, the columns of type "public.address": "home" of "public.users" (about 1.2 million rows, 307 MB), for good; change them to another type first
-- breaks-clients: queries that name type "public.address" fail once this commits; drop it after the code that names it is gone

DROP DOMAIN positive CASCADE;
-- data-loss: deletes, by CASCADE, the columns of type "public.positive": "lucky" of "public.orders" (about 40 million rows, 5.2 GB), for good; change them to another type first
-- breaks-clients: queries that name type "public.positive" fail once this commits; drop it after the code that names it is gone

DROP DOMAIN very_positive;
-- breaks-clients: queries that name type "public.very_positive" fail once this commits; drop it after the code that names it is gone

DROP TYPE status CASCADE;
-- data-loss: deletes, by CASCADE, the columns of type "public.status": "state" of "public.orders" (about 40 million rows, 5.2 GB) and "states" of "public.orders" (about 40 million rows, 5.2 GB), for good; change them to another type first
-- breaks-clients: queries that name type "public.status" fail once this commits; drop it after the code that names it is gone

CREATE TYPE fresh AS ENUM ('a');
DROP TYPE fresh;
-- silent

DROP TYPE IF EXISTS nobody;
-- silent

DROP DOMAIN very_positive;
CREATE DOMAIN very_positive AS integer;
-- silent

ALTER DOMAIN very_positive RENAME TO old;
CREATE DOMAIN very_positive AS integer;
DROP DOMAIN old;
-- silent

ALTER TYPE grade RENAME TO grade__replaced;
CREATE TYPE grade AS ENUM ('low', 'high', 'top', 'best');
ALTER TABLE emptied ALTER COLUMN state TYPE grade USING state::text::grade;
DROP TYPE grade__replaced;
-- rewrites-table: rewrites "public.emptied" (no rows) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.emptied" (no rows) until it is rewritten; add a new column, fill it in batches, then swap the names

ALTER TYPE mood RENAME TO mood__replaced;
DROP TYPE mood__replaced;
-- breaks-clients: queries that name type "public.mood" fail once this commits; drop it after the code that names it is gone

ALTER TYPE mood RENAME TO feeling;
COMMIT;
DROP TYPE feeling;
-- breaks-clients: queries that name type "mood" fail once this commits, for it is called "feeling" then; keep both for a while, and move the code over first

DROP TYPE mood;
COMMIT;
CREATE TYPE mood AS ENUM ('good', 'bad');
-- breaks-clients: queries that name type "public.mood" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DO $$BEGIN ALTER FUNCTION public.span(integer, integer) RENAME TO span__replaced; ALTER FUNCTION public.span(integer, integer, text) RENAME TO span__replaced; ALTER FUNCTION public.spanmultirange() RENAME TO span__several; ALTER TYPE public.spanmultirange RENAME TO span__several; ALTER TYPE public.span RENAME TO span__replaced; END$$;
CREATE TYPE public.span AS RANGE (SUBTYPE = bigint, MULTIRANGE_TYPE_NAME = public.spanmultirange);
ALTER TABLE trips ALTER COLUMN length TYPE public.span USING length::text::public.span;
DROP TYPE public.span__replaced;
-- not measured: the multirange type is called otherwise
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names
