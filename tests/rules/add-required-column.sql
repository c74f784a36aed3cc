ALTER TABLE orders ADD COLUMN needed text NOT NULL;
-- not measured: it fails at the first row
-- breaks-clients: inserts into "public.orders" that do not name column "needed" fail once this commits, and this statement fails if there are rows (about 40 million rows, 5.2 GB); give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL

ALTER TABLE keyless ADD COLUMN needed text NOT NULL;
-- not measured: it fails at the first row
-- breaks-clients: inserts into "public.keyless" that do not name column "needed" fail once this commits; give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL

ALTER TABLE orders ADD COLUMN needed text NOT NULL DEFAULT NULL;
-- not measured: it fails at the first row
-- breaks-clients: inserts into "public.orders" that do not name column "needed" fail once this commits, and this statement fails if there are rows (about 40 million rows, 5.2 GB); give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL

ALTER TABLE orders ADD COLUMN needed text NOT NULL DEFAULT '';
-- silent

ALTER TABLE orders ADD COLUMN needed text;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ADD COLUMN needed text NOT NULL;
-- silent

ALTER TYPE address ADD ATTRIBUTE country text;
-- breaks-clients: queries that write a value of type "public.address" as ROW(…) or as text fail once this commits, for attribute "country" is missing there; make a new type beside it and move the code over

CREATE TYPE fresh AS (a integer);
ALTER TYPE fresh ADD ATTRIBUTE b integer;
-- silent
