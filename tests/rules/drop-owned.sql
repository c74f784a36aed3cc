DROP OWNED BY app;
-- not measured: role "app" does not exist
-- data-loss: deletes all that "app" owns in this database, for good; save it first with pg_dump, and drop its tables by name
-- breaks-clients: queries that use all that "app" owns in this database fail once this commits; drop it after the code that uses it is gone

DROP OWNED BY app, CURRENT_USER CASCADE;
-- not measured: role "app" does not exist
-- data-loss: deletes all that "app" and "the current role" own in this database, for good; save it first with pg_dump, and drop its tables by name
-- breaks-clients: queries that use all that "app" and "the current role" own in this database fail once this commits; drop it after the code that uses it is gone

DROP DATABASE shop;
-- not measured: DROP DATABASE cannot run inside a transaction block
-- data-loss: deletes database "shop", for good; save it first with pg_dump, and drop its tables by name
-- breaks-clients: queries that use database "shop" fail once this commits; drop it after the code that uses it is gone

REASSIGN OWNED BY app TO other;
-- not measured: role "app" does not exist
-- silent
