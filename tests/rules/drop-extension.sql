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
