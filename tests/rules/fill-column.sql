UPDATE public.orders SET note = 'none' WHERE note IS NULL;
-- blocks-writes: blocks writes to every row of "public.orders" (about 40 million rows, 5.2 GB) that it fills until this transaction commits; fill it in batches
-- not measured: rows are locked, not the table

UPDATE public.orders SET note = 'none' WHERE note IS NULL;
-- small: 10000000000
-- silent

CREATE TABLE fresh (id integer);
UPDATE fresh SET id = 2 WHERE id IS NULL;
-- silent
