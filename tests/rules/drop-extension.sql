DROP EXTENSION plpgsql;
-- not measured: it belongs to the superuser
-- breaks-clients: queries that name the functions, types and operators of extension "plpgsql" fail once this commits; drop it after the code that names it is gone

DROP EXTENSION plpgsql CASCADE;
-- not measured: it belongs to the superuser
-- data-loss: deletes, by CASCADE, every column of a type that extension "plpgsql" brought, for good; change the columns to another type first
-- breaks-clients: queries that name the functions, types and operators of extension "plpgsql" fail once this commits; drop it after the code that names it is gone

ALTER EXTENSION plpgsql UPDATE;
-- not measured: it belongs to the superuser
-- silent

DROP EXTENSION citext;
CREATE EXTENSION citext WITH SCHEMA audit;
-- not measured: extension "citext" does not exist
-- breaks-clients: queries that find the functions, types and operators of extension "citext" where they are so far fail once this commits, for they are in schema "audit" then; put it on the search_path first

DROP EXTENSION citext;
COMMIT;
CREATE EXTENSION citext WITH SCHEMA audit;
-- not measured: extension "citext" does not exist
-- breaks-clients: queries that name the functions, types and operators of extension "citext" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

DROP EXTENSION citext;
CREATE EXTENSION citext;
-- not measured: extension "citext" does not exist
-- silent
