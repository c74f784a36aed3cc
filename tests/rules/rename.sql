ALTER TABLE orders RENAME TO purchases;
-- breaks-clients: queries that name table "public.orders" fail once this commits, for it is called "purchases" then; leave a view under the old name until no code says it

ALTER TABLE orders RENAME COLUMN note TO remark;
-- breaks-clients: queries that name column "note" of "public.orders" fail once this commits, for it is called "remark" then; add a new column, write both, move the code over, then drop the old one

ALTER TYPE address RENAME ATTRIBUTE zip TO code;
-- breaks-clients: queries that name column "zip" of "public.address" fail once this commits, for it is called "code" then; add a new column, write both, move the code over, then drop the old one

ALTER VIEW open_orders RENAME TO orders_open;
-- breaks-clients: queries that name view "public.open_orders" fail once this commits, for it is called "orders_open" then; keep both for a while, and move the code over first

ALTER FUNCTION total_of(integer) RENAME TO sum_of;
-- breaks-clients: queries that name function "total_of(integer)" fail once this commits, for it is called "sum_of" then; keep both for a while, and move the code over first

ALTER SEQUENCE invoice_numbers SET SCHEMA audit;
-- breaks-clients: queries that name sequence "public.invoice_numbers" fail once this commits, for it is in schema "audit" then; keep both for a while, and move the code over first

ALTER SCHEMA audit RENAME TO history;
-- not measured: schema "audit" does not exist
-- breaks-clients: queries that name schema "audit" fail once this commits, for it is called "history" then; keep both for a while, and move the code over first

ALTER TYPE status RENAME TO state;
-- breaks-clients: queries that name type "status" fail once this commits, for it is called "state" then; keep both for a while, and move the code over first

ALTER TYPE status RENAME VALUE 'paid' TO 'settled';
-- breaks-clients: queries that write or compare 'paid' of type "public.status" fail once this commits, for it is called 'settled' then; add the new label beside it and move the code over first

ALTER TABLE "Odd Names" RENAME "Wert" TO value;
-- breaks-clients: queries that name column "Wert" of "public.Odd Names" fail once this commits, for it is called "value" then; add a new column, write both, move the code over, then drop the old one

ALTER INDEX orders_note RENAME TO orders_remark;
-- silent

ALTER TABLE users RENAME CONSTRAINT users_nick_check TO no_root;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh RENAME COLUMN id TO key;
ALTER TABLE fresh RENAME TO fresher;
-- silent

ALTER TABLE orders ADD COLUMN fresh integer;
ALTER TABLE orders RENAME COLUMN fresh TO fresher;
-- silent

ALTER TYPE status RENAME TO status_old;
CREATE TYPE status AS ENUM ('new', 'paid', 'gone');
-- silent

CREATE TYPE fresh AS ENUM ('a');
ALTER TYPE fresh RENAME VALUE 'a' TO 'b';
ALTER TYPE fresh RENAME TO fresher;
-- silent

ALTER TABLE IF EXISTS nobody RENAME TO somebody;
-- silent

ALTER EXTENSION citext SET SCHEMA audit;
-- not measured: extension "citext" does not exist
-- breaks-clients: queries that find the functions, types and operators of extension "citext" where they are so far fail once this commits, for they are in schema "audit" then; put it on the search_path first

ALTER SEQUENCE invoice_numbers RENAME TO old_numbers;
CREATE SEQUENCE invoice_numbers;
-- silent

ALTER SEQUENCE invoice_numbers RENAME TO old_numbers;
COMMIT;
CREATE SEQUENCE invoice_numbers;
-- breaks-clients: queries that name sequence "public.invoice_numbers" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

ALTER FUNCTION steady() RENAME TO steadier;
CREATE FUNCTION steady() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''y''::text';
-- silent

ALTER FUNCTION total_of(integer) RENAME TO sum_of;
CREATE FUNCTION total_of(bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- breaks-clients: queries that name function "total_of(integer)" fail once this commits, for it is called "sum_of" then; keep both for a while, and move the code over first

CREATE COLLATION fresh FROM "C";
ALTER COLLATION fresh RENAME TO fresher;
-- silent

DO $$BEGIN ALTER FUNCTION public.span(integer, integer) RENAME TO span__replaced; ALTER TYPE public.span RENAME TO span__replaced; END$$;
CREATE DOMAIN public.span AS text;
ALTER TABLE trips ALTER COLUMN length TYPE public.span USING length::text::public.span;
DROP TYPE public.span__replaced;
-- not measured: the functions belong to the superuser
-- breaks-clients: queries that name function "public.span(integer, integer)" fail once this commits; drop it after the code that names it is gone
-- rewrites-table: rewrites "public.trips" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.trips" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names
