DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$;
-- not measured: the code does less than it may
-- data-loss: runs a DO block, which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs a DO block, which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs a DO block, which may change what clients use; read its code before you allow it

CALL tidy();
-- not measured: the code does less than it may
-- data-loss: runs procedure "tidy", which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs procedure "tidy", which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs procedure "tidy", which may change what clients use; read its code before you allow it

SELECT token();
-- not measured: the code does less than it may
-- data-loss: runs function "token", which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs function "token", which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs function "token", which may change what clients use; read its code before you allow it

EXECUTE something;
-- not measured: prepared statement "something" does not exist
-- data-loss: runs prepared statement "something", which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs prepared statement "something", which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs prepared statement "something", which may change what clients use; read its code before you allow it

SELECT nobody(1);
-- not measured: function nobody(integer) does not exist
-- data-loss: runs function "nobody", which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs function "nobody", which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs function "nobody", which may change what clients use; read its code before you allow it

SELECT steady(), count(*) FROM orders;
-- silent

SELECT pg_catalog.set_config('search_path', '', false);
-- silent

INSERT INTO users (id, email) VALUES (1, gen_random_uuid()::text);
-- silent

CREATE VIEW fresh AS SELECT token() AS token;
-- silent

CREATE FUNCTION fresh() RETURNS integer LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN 1; END';
-- silent

DO $guard$ BEGIN IF EXISTS (SELECT FROM public.emptied) THEN RAISE EXCEPTION 'public.emptied holds rows by now: make a new plan'; END IF; END $guard$;
-- silent

DO $$ BEGIN ALTER TABLE carts RENAME TO baskets; END $$;
-- breaks-clients: queries that name table "public.carts" fail once this commits, for it is called "baskets" then; leave a view under the old name until no code says it

DO $$ BEGIN ALTER TABLE carts RENAME TO baskets; DELETE FROM baskets; END $$;
-- not measured: the code does less than it may
-- data-loss: runs a DO block, which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs a DO block, which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs a DO block, which may change what clients use; read its code before you allow it

DO $$ BEGIN ALTER TABLE carts RENAME TO baskets; EXCEPTION WHEN others THEN DELETE FROM carts; END $$;
-- not measured: the code does less than it may
-- data-loss: runs a DO block, which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs a DO block, which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs a DO block, which may change what clients use; read its code before you allow it

DO LANGUAGE plpython3u 'BEGIN ALTER TABLE carts RENAME TO baskets; END';
-- not measured: language "plpython3u" does not exist
-- data-loss: runs a DO block, which may delete or overwrite rows; read its code before you allow it
-- blocks-reads: runs a DO block, which may lock any table until it ends; read its code before you allow it
-- breaks-clients: runs a DO block, which may change what clients use; read its code before you allow it
