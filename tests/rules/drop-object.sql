DROP OPERATOR public.=== (integer, integer);
-- not measured: operator does not exist: integer public.=== integer
-- breaks-clients: queries that name operator "public.===(integer, integer)" fail once this commits; drop it after the code that names it is gone

DROP COLLATION german;
-- not measured: collation "german" for encoding "UTF8" does not exist
-- breaks-clients: queries that name collation "public.german" fail once this commits; drop it after the code that names it is gone

DROP CAST (text AS address);
-- not measured: cast from type text to type address does not exist
-- breaks-clients: queries that name cast "(text AS address)" fail once this commits; drop it after the code that names it is gone

DROP SUBSCRIPTION feed;
-- not measured: subscription "feed" does not exist
-- breaks-clients: replication through subscription "feed" stops once this commits; drop it when nobody needs its changes

DROP PUBLICATION feed;
-- not measured: publication "feed" does not exist
-- breaks-clients: replication through publication "feed" stops once this commits; drop it when nobody needs its changes

DROP ROLE app;
-- not measured: role "app" does not exist
-- breaks-clients: nobody can log in as "app", or act as it, once this commits; drop it when nobody does any more

DROP COLLATION german;
CREATE COLLATION german FROM "C";
-- not measured: collation "german" for encoding "UTF8" does not exist
-- silent

DROP INDEX orders_note;
-- silent

DROP TRIGGER touch ON orders;
-- not measured: trigger "touch" for table "orders" does not exist
-- silent

DROP POLICY own ON orders;
-- not measured: policy "own" for table "orders" does not exist
-- silent

DROP STATISTICS some_stats;
-- not measured: statistics object "some_stats" does not exist
-- silent

DROP RULE quiet ON orders;
-- not measured: rule "quiet" for relation "orders" does not exist
-- silent

ALTER COLLATION plain_order RENAME TO plain_order__replaced;
CREATE COLLATION public.plain_order FROM "C";
ALTER TABLE trips ALTER COLUMN title TYPE text COLLATE public.plain_order;
DROP COLLATION plain_order__replaced;
-- silent

DROP COLLATION german;
COMMIT;
CREATE COLLATION german FROM "C";
-- not measured: collation "german" for encoding "UTF8" does not exist
-- breaks-clients: queries that name collation "public.german" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DROP SERVER elsewhere;
COMMIT;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER files;
-- not measured: server "elsewhere" does not exist
-- breaks-clients: queries that name server "elsewhere" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DROP PUBLICATION feed;
COMMIT;
CREATE PUBLICATION feed FOR ALL TABLES;
-- not measured: publication "feed" does not exist
-- breaks-clients: replication through publication "feed" stops from this commit until a later transaction of the plan creates it again; run the plan when nobody needs its changes

DROP PUBLICATION feed;
CREATE PUBLICATION feed FOR ALL TABLES;
-- not measured: publication "feed" does not exist
-- silent

ALTER SUBSCRIPTION feed DISABLE;
ALTER SUBSCRIPTION feed SET (slot_name = NONE);
DROP SUBSCRIPTION feed;
-- not measured: subscription "feed" does not exist
-- breaks-clients: replication through subscription "feed" stops once this commits; drop it when nobody needs its changes, and drop its slot at the publisher, which keeps WAL for it until then
