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
