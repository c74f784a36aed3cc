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
