ALTER PUBLICATION feed DROP TABLE ONLY public.orders;
-- not measured: publication "feed" does not exist
-- breaks-clients: changes of table "public.orders" do not go out through publication "feed" once this commits; take it out when no subscriber needs them

ALTER PUBLICATION feed DROP TABLES IN SCHEMA audit;
-- not measured: publication "feed" does not exist
-- breaks-clients: changes of the tables in schema "audit" do not go out through publication "feed" once this commits; take it out when no subscriber needs them

ALTER PUBLICATION feed DROP TABLE orders;
ALTER PUBLICATION feed ADD TABLE ONLY public.orders (id, note) WHERE (id > 1);
-- not measured: publication "feed" does not exist
-- silent

ALTER PUBLICATION feed DROP TABLE orders;
ALTER PUBLICATION feed ADD TABLES IN SCHEMA public;
-- not measured: publication "feed" does not exist
-- silent

ALTER PUBLICATION feed DROP TABLE orders;
ALTER PUBLICATION feed ADD TABLE users;
ALTER PUBLICATION other ADD TABLE orders;
-- not measured: publication "feed" does not exist
-- breaks-clients: changes of table "public.orders" do not go out through publication "feed" once this commits; take it out when no subscriber needs them

ALTER PUBLICATION feed DROP TABLE orders;
COMMIT;
ALTER PUBLICATION feed ADD TABLE orders;
-- not measured: publication "feed" does not exist
-- breaks-clients: changes of table "public.orders" do not go out through publication "feed" from this commit until a later transaction of the plan adds it again; take it out when no subscriber needs them

ALTER PUBLICATION feed DROP TABLES IN SCHEMA audit;
ALTER PUBLICATION feed ADD TABLE users;
-- not measured: publication "feed" does not exist
-- breaks-clients: changes of the tables in schema "audit" do not go out through publication "feed" once this commits; take it out when no subscriber needs them

ALTER SUBSCRIPTION feed DISABLE;
-- not measured: subscription "feed" does not exist
-- breaks-clients: replication through subscription "feed" stops once this commits, until somebody enables it; leave it running unless nobody needs its changes

ALTER SUBSCRIPTION feed DISABLE;
ALTER SUBSCRIPTION feed SET (synchronous_commit = 'on');
ALTER SUBSCRIPTION feed ENABLE;
-- not measured: subscription "feed" does not exist
-- silent

ALTER PUBLICATION feed SET (publish = 'insert');
-- not measured: publication "feed" does not exist
-- silent
