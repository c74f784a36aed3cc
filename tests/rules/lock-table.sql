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
