ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) and "public.users" (about 1.2 million rows, 307 MB) until every row is checked; add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE events ADD FOREIGN KEY (id) REFERENCES users (id);
-- blocks-writes: blocks writes on "public.events" with its 3 partitions (about 900 million rows, 80 GB) and "public.users" (about 1.2 million rows, 307 MB) until every row is checked; add it NOT VALID to each partition, VALIDATE those in later transactions, and add it to the parent last

ALTER TABLE orders ADD FOREIGN KEY (buyer_id) REFERENCES orders (id);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ADD COLUMN seller_id bigint DEFAULT 1 REFERENCES users (id);
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; add the column first, then the foreign key NOT VALID, and VALIDATE CONSTRAINT in a later transaction
-- blocks-writes: blocks writes on "public.users" (about 1.2 million rows, 307 MB) until every row is checked; add the column first, then the foreign key NOT VALID, and VALIDATE CONSTRAINT in a later transaction

ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id) NOT ENFORCED;
ALTER TABLE orders ALTER CONSTRAINT buyer ENFORCED;
-- since: 18
-- blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is checked; drop the constraint, add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction
-- blocks-writes: keeps writes on "public.users" (about 1.2 million rows, 307 MB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE orders ALTER CONSTRAINT orders_user_id_fkey ENFORCED;
-- since: 18
-- silent

ALTER TABLE orders ADD COLUMN seller_id bigint REFERENCES users (id);
-- silent

ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id) NOT VALID;
-- silent

ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
-- silent

ALTER TABLE orders ALTER CONSTRAINT orders_user_id_fkey DEFERRABLE;
-- silent

ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (buyer_id) REFERENCES users (id) NOT ENFORCED;
-- since: 18
-- silent

CREATE TABLE fresh (id bigint REFERENCES orders (id), user_id bigint);
ALTER TABLE fresh ADD FOREIGN KEY (user_id) REFERENCES users (id);
-- not measured: the new table is empty, so that nothing is read
-- silent
