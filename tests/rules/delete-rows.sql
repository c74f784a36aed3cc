TRUNCATE orders, keyless CASCADE;
-- not measured: the new files are empty
-- data-loss: deletes every row of "public.orders" (about 40 million rows, 5.2 GB) and, by CASCADE, all that depends on it, for good; save them first (CREATE TABLE … AS SELECT)
-- data-loss: deletes every row of "public.keyless" (no rows) and, by CASCADE, all that depends on it, for good; save them first (CREATE TABLE … AS SELECT)

DELETE FROM orders;
-- data-loss: deletes every row of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first (CREATE TABLE … AS SELECT)

DELETE FROM orders WHERE total < 0;
-- data-loss: deletes the rows that it finds in "public.orders" (about 40 million rows, 5.2 GB), for good; save them first (CREATE TABLE … AS SELECT)

UPDATE orders SET note = '';
-- data-loss: overwrites values in every row of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first (CREATE TABLE … AS SELECT)

WITH gone AS (DELETE FROM orders WHERE id = 1 RETURNING *) INSERT INTO audit.trail SELECT id FROM gone;
-- data-loss: deletes the rows that it finds in "public.orders" (about 40 million rows, 5.2 GB), for good; save them first (CREATE TABLE … AS SELECT)

INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET email = 'a';
-- data-loss: overwrites values in the rows that it finds in "public.users" (about 1.2 million rows, 307 MB), for good; save them first (CREATE TABLE … AS SELECT)

MERGE INTO orders o USING keyless k ON o.id = k.id WHEN MATCHED THEN DELETE;
-- since: 15
-- data-loss: overwrites or deletes the rows that it finds in "public.orders" (about 40 million rows, 5.2 GB), for good; save them first (CREATE TABLE … AS SELECT)

INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT DO NOTHING;
-- silent

CREATE TABLE fresh (id integer);
INSERT INTO fresh VALUES (1);
UPDATE fresh SET id = 2;
DELETE FROM fresh;
-- silent

SELECT count(*) FROM orders;
-- silent
