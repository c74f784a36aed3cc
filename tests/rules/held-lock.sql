ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT buyer;
-- blocks-writes: keeps writes on "public.orders" (about 40 million rows, 5.2 GB) and "public.users" (about 1.2 million rows, 307 MB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE orders ADD CONSTRAINT cheap CHECK (total < 1000) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT cheap;
-- blocks-reads: keeps reads and writes on "public.orders" (about 40 million rows, 5.2 GB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE users ADD COLUMN age integer;
CREATE INDEX ON orders (total);
-- blocks-reads: keeps reads and writes on "public.users" (about 1.2 million rows, 307 MB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

ALTER TABLE users ADD COLUMN age integer;
DROP INDEX orders_note;
ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT adult;
-- blocks-reads: keeps reads and writes on "public.users" (about 1.2 million rows, 307 MB) and "public.orders" (about 40 million rows, 5.2 GB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE users ADD COLUMN age integer;
ALTER TABLE users VALIDATE CONSTRAINT users_nick_check;
-- silent

ALTER TABLE users ADD COLUMN age integer;
CREATE MATERIALIZED VIEW ages AS SELECT age, count(*) AS users FROM users GROUP BY 1;
-- not measured: PostgreSQL says nothing of what a query reads
-- blocks-reads: keeps reads and writes on "public.users" (about 1.2 million rows, 307 MB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id) NOT VALID;
COMMIT;
ALTER TABLE orders VALIDATE CONSTRAINT buyer;
-- silent

ALTER TABLE orders ADD CONSTRAINT cheap CHECK (total < 1000) NOT VALID;
CREATE INDEX CONCURRENTLY ON orders (total);
ALTER TABLE orders VALIDATE CONSTRAINT cheap;
-- not measured: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
-- silent

ALTER TABLE users ADD COLUMN age integer;
ALTER TABLE users ALTER COLUMN age SET STATISTICS 100;
ALTER TABLE users ADD COLUMN size integer;
ALTER TABLE users DROP CONSTRAINT users_nick_check;
-- silent

COMMENT ON TABLE orders IS 'weak';
ALTER TABLE orders ALTER COLUMN total SET STATISTICS 100;
ALTER TABLE users VALIDATE CONSTRAINT users_nick_check;
-- silent

CREATE TABLE fresh (id integer CHECK (id > 0));
ALTER TABLE fresh ADD CONSTRAINT small CHECK (id < 9) NOT VALID;
ALTER TABLE fresh VALIDATE CONSTRAINT small;
-- silent

ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
-- blocks-reads: keeps reads and writes on "public.orders" (about 40 million rows, 5.2 GB) and "public.users" (about 1.2 million rows, 307 MB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

DROP INDEX daily_day;
CREATE UNIQUE INDEX daily_day ON daily (day, orders);
-- blocks-reads: keeps reads and writes on "public.daily" (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE keyless ADD COLUMN fresh integer;
CREATE INDEX ON orders (total);
-- blocks-reads: keeps reads and writes on "public.keyless" (no rows) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

LOCK TABLE emptied IN ACCESS EXCLUSIVE MODE;
DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
DROP TABLE emptied;
CREATE INDEX ON orders (total);
CREATE TABLE emptied (id integer, note text, state grade) PARTITION BY LIST (id);
-- small: 10000000
-- blocks-reads: keeps reads and writes on "public.emptied" (no rows) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

DROP TABLE cache;
CREATE INDEX ON orders (total);
-- small: 10000000
-- data-loss: deletes "public.cache" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.cache" fail once this commits; drop it after the code that names it is gone
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

DROP VIEW cart_totals;
CREATE INDEX ON orders (total);
CREATE VIEW cart_totals AS SELECT total FROM open_orders;
-- blocks-reads: keeps reads and writes on "public.cart_totals" blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

DROP VIEW cart_totals;
ALTER TABLE carts ALTER COLUMN user_id TYPE numeric;
CREATE VIEW cart_totals AS SELECT 1::numeric AS total;
-- not measured: another view is over the column
-- rewrites-table: rewrites "public.carts" (about 12 rows, 16 kB) and its indexes, which takes as much disk and WAL again; add a new column, fill it in batches, then swap the names
-- blocks-reads: blocks reads and writes on "public.carts" (about 12 rows, 16 kB) until it is rewritten; add a new column, fill it in batches, then swap the names

CREATE OR REPLACE VIEW weeks AS SELECT week FROM weekly WHERE orders > 0;
CREATE INDEX ON orders (total);
-- blocks-reads: keeps reads and writes on "public.weeks" blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

ALTER TABLE keyless ADD COLUMN fresh integer;
CREATE MATERIALIZED VIEW known AS SELECT count(*) AS carts FROM carts WITH DATA;
-- small: 10000000
-- silent

ALTER TABLE keyless ADD COLUMN fresh integer;
CREATE MATERIALIZED VIEW known AS SELECT count(*) AS orders FROM orders WITH NO DATA;
-- silent

ALTER TABLE keyless ADD COLUMN fresh integer;
INSERT INTO keyless SELECT g, g FROM generate_series(1, 2) g;
-- small: 10000000
-- not measured: PostgreSQL says nothing of what a query reads
-- blocks-reads: keeps reads and writes on "public.keyless" (no rows) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE logs DETACH PARTITION logs_2024;
CREATE INDEX ON orders (total);
-- breaks-clients: queries of "public.logs" no longer find the rows of "public.logs_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first
-- blocks-reads: keeps reads and writes on "public.logs" (no rows) and "public.logs_2024" (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours

CREATE INDEX logs_day ON ONLY logs (day);
CREATE INDEX logs_2024_day ON logs_2024 (day);
ALTER INDEX logs_day ATTACH PARTITION logs_2024_day;
CREATE INDEX ON orders (total);
-- blocks-writes: blocks writes on "public.logs_2024" (about 12 rows, 16 kB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours
-- blocks-writes: keeps writes on "public.logs" with its partition (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours
-- blocks-writes: keeps writes on "public.logs" with its partition (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

CREATE INDEX logs_day ON ONLY logs (day);
ALTER INDEX logs_day ATTACH PARTITION logs_2024_own;
CREATE INDEX ON orders (total);
-- blocks-reads: keeps reads and writes on "public.logs_2024" (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until the index is built; build it with CREATE INDEX CONCURRENTLY in quiet hours
-- blocks-writes: keeps writes on "public.logs" with its partition (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction
