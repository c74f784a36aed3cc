ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100);
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB), which uses domain "public.positive", until every row is checked; do it in quiet hours: on a domain NOT VALID and VALIDATE only move the lock

ALTER DOMAIN plain SET NOT NULL;
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB), which uses domain "public.plain", until every row is checked; do it in quiet hours: on a domain NOT VALID and VALIDATE only move the lock

ALTER DOMAIN positive VALIDATE CONSTRAINT positive_check;
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB), which uses domain "public.positive", until every row is checked; do it in quiet hours: on a domain NOT VALID and VALIDATE only move the lock

ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID;
-- silent

ALTER DOMAIN very_positive ADD CHECK (VALUE < 100);
-- silent

ALTER DOMAIN positive DROP CONSTRAINT positive_check;
-- silent

ALTER DOMAIN positive SET DEFAULT 1;
-- silent

CREATE DOMAIN fresh AS integer;
ALTER DOMAIN fresh ADD CHECK (VALUE > 0);
-- silent
