LOCK TABLE orders;
-- not measured: nothing is read
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until this transaction ends; leave it out unless the statements after it need it

LOCK TABLE orders, users IN SHARE MODE;
-- not measured: nothing is read
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until this transaction ends; leave it out unless the statements after it need it
-- blocks-writes: blocks writes on "public.users" (about 1.2 million rows, 307 MB) until this transaction ends; leave it out unless the statements after it need it

LOCK TABLE orders IN ACCESS SHARE MODE;
-- silent

LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;
-- silent

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
CREATE TABLE emptied (id integer, note text, state grade) PARTITION BY LIST (id);
-- small: 10000000
-- silent

LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.orders) THEN RAISE EXCEPTION 'public.orders holds rows by now: make a new plan'; END IF; END $guard$;
-- small: 10000000
-- not measured: PostgreSQL says nothing of what a query reads
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until this transaction ends, and it takes a while, for the table is read to see that it is empty; VACUUM it first

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.keyless) THEN RAISE EXCEPTION 'public.keyless holds rows by now: make a new plan'; END IF; END $guard$;
-- small: 10000000
-- not measured: nothing is read
-- blocks-reads: blocks reads and writes on "public.emptied" (no rows) until this transaction ends; leave it out unless the statements after it need it

LOCK TABLE emptied IN SHARE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
-- small: 10000000
-- not measured: nothing is read
-- blocks-writes: blocks writes on "public.emptied" (no rows) until this transaction ends; leave it out unless the statements after it need it

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
COMMIT;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
-- small: 10000000
-- blocks-reads: blocks reads and writes on "public.emptied" (no rows) until this transaction ends; leave it out unless the statements after it need it
-- data-loss: deletes "public.emptied" (no rows) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.emptied" fail once this commits; drop it after the code that names it is gone

DO $guard$ BEGIN LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; END $guard$;
-- not measured: nothing is read
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until this transaction ends; leave it out unless the statements after it need it

DO $guard$ BEGIN LOCK TABLE public.emptied IN ACCESS EXCLUSIVE MODE; END $guard$;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
CREATE TABLE emptied (id integer, note text, state grade) PARTITION BY LIST (id);
-- small: 10000000
-- silent
