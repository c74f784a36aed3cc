DROP VIEW open_orders;
-- breaks-clients: queries that name view "public.open_orders" fail once this commits; drop it after the code that names it is gone

DROP MATERIALIZED VIEW daily;
-- breaks-clients: queries that name view "public.daily" fail once this commits; drop it after the code that names it is gone

DROP VIEW open_orders;
CREATE VIEW open_orders AS SELECT id, total::integer AS total FROM orders;
-- breaks-clients: queries that name column "user_id" of view "public.open_orders" fail once this commits, for it is created again without; keep the column until no code names it

DROP VIEW open_orders;
CREATE VIEW public.open_orders AS SELECT * FROM orders;
-- breaks-clients: view "public.open_orders" is created again from a SELECT list that does not name all its columns; compare them before you allow it

DROP MATERIALIZED VIEW daily;
CREATE MATERIALIZED VIEW daily AS SELECT placed::date AS day, count(*) AS orders FROM carts GROUP BY 1;
-- not measured: the lock is on a view that is gone
-- blocks-reads: blocks reads of materialized view "public.daily" (about 12 rows, 16 kB) until the new one is filled; create the new one under another name and swap the names

DROP VIEW open_orders;
CREATE VIEW open_orders AS SELECT o.id, o.user_id, o.total, lower(o.code) FROM orders o UNION SELECT 1, 2, 3, 'x';
-- silent

DROP VIEW open_orders;
CREATE VIEW open_orders (id, user_id, total) AS SELECT 1, 2, 3;
-- silent

CREATE OR REPLACE VIEW open_orders AS SELECT id, user_id, total, code FROM orders;
-- silent

DROP VIEW IF EXISTS nobody;
-- silent

CREATE VIEW fresh AS SELECT 1 AS one;
DROP VIEW fresh;
-- silent

DROP VIEW cart_totals;
DROP VIEW open_orders;
CREATE VIEW open_orders AS SELECT id, user_id, total, placed FROM carts;
CREATE VIEW cart_totals AS SELECT total FROM open_orders;
-- silent

DROP VIEW cart_totals;
COMMIT;
CREATE VIEW cart_totals AS SELECT total FROM open_orders;
-- breaks-clients: queries that name view "public.cart_totals" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DROP VIEW cart_totals;
CREATE TABLE cart_totals (total numeric);
-- silent

DROP VIEW cart_totals;
CREATE TABLE cart_totals (sum numeric);
-- breaks-clients: queries that name column "total" of view "public.cart_totals" fail once this commits, for it is created again without; keep the column until no code names it

DROP VIEW cart_totals;
CREATE TYPE cart_totals AS (total numeric);
-- breaks-clients: queries that name view "public.cart_totals" fail once this commits; drop it after the code that names it is gone

DROP VIEW weeks;
DROP MATERIALIZED VIEW weekly;
CREATE MATERIALIZED VIEW weekly AS SELECT placed::date AS week, count(*) AS orders FROM carts GROUP BY 1 WITH NO DATA;
-- breaks-clients: queries that name view "public.weeks" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries of materialized view "public.weekly" fail once this commits, until it is refreshed WITH DATA; leave WITH NO DATA out

DROP VIEW weeks;
DROP MATERIALIZED VIEW weekly;
CREATE MATERIALIZED VIEW weekly AS SELECT placed::date AS week, count(*) AS orders FROM carts GROUP BY 1 WITH NO DATA;
CREATE VIEW weeks AS SELECT week FROM weekly;
REFRESH MATERIALIZED VIEW weekly;
-- not measured: the lock is on a view that is gone
-- blocks-reads: blocks reads of materialized view "public.weekly" (about 12 rows, 16 kB) until the new one is filled; create the new one under another name and swap the names
-- blocks-reads: keeps reads and writes on "public.weeks" blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

DROP MATERIALIZED VIEW unread;
CREATE MATERIALIZED VIEW unread AS SELECT count(*) AS orders FROM carts WHERE total > 0 WITH NO DATA;
-- silent
