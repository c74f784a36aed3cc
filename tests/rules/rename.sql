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
