DROP FUNCTION total_of(integer);
-- breaks-clients: queries that name function "public.total_of(integer)" fail once this commits; drop it after the code that names it is gone

DROP FUNCTION public.steady;
-- breaks-clients: queries that name function "public.steady()" fail once this commits; drop it after the code that names it is gone

DROP AGGREGATE joined(text);
-- breaks-clients: queries that name function "public.joined(text)" fail once this commits; drop it after the code that names it is gone

DROP PROCEDURE tidy();
-- breaks-clients: queries that name function "public.tidy()" fail once this commits; drop it after the code that names it is gone

DROP FUNCTION total_of(integer);
CREATE FUNCTION total_of(id integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
-- breaks-clients: function "public.total_of(integer)" gives back bigint instead of integer once this commits; give the new one another name until no code calls the old one

DROP FUNCTION listing();
CREATE FUNCTION listing() RETURNS TABLE (id integer, title text) LANGUAGE sql AS 'SELECT 1, ''a''::text';
-- breaks-clients: function "public.listing()" gives back setof (id integer, title text) instead of setof (id integer, name text) once this commits; give the new one another name until no code calls the old one

DROP FUNCTION listing();
CREATE FUNCTION listing(OUT id integer, OUT name text) RETURNS SETOF record LANGUAGE sql AS 'SELECT 2, ''b''::text';
-- silent

DROP FUNCTION total_of(integer);
CREATE FUNCTION public.total_of(id int) RETURNS int4 LANGUAGE sql AS 'SELECT 1';
-- silent

CREATE OR REPLACE FUNCTION total_of(id integer) RETURNS integer LANGUAGE sql AS 'SELECT 2';
-- silent

DROP FUNCTION touch() CASCADE;
-- silent

DROP FUNCTION IF EXISTS nobody(integer);
-- silent

CREATE FUNCTION fresh() RETURNS integer LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION fresh();
-- silent

DROP FUNCTION total_of(integer);
CREATE FUNCTION public.total_of(order_id int) RETURNS int4 LANGUAGE sql AS 'SELECT 1';
-- breaks-clients: calls of function "public.total_of(integer)" that name argument "id" fail once this commits, for the new one has none of that name; keep the names of the arguments

DROP FUNCTION priced(integer, integer);
CREATE FUNCTION priced(id integer, discount integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- breaks-clients: calls of function "public.priced(integer, integer)" that leave out arguments fail once this commits, for the new one has no defaults, and the old one had 1; keep the defaults

DROP FUNCTION priced(integer, integer);
CREATE FUNCTION priced(id integer, discount integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- silent

DROP FUNCTION steady();
CREATE PROCEDURE steady() LANGUAGE sql AS 'SELECT 1';
-- breaks-clients: queries that name function "public.steady()" fail once this commits; drop it after the code that names it is gone

DROP FUNCTION steady();
COMMIT;
CREATE FUNCTION steady() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''y''::text';
-- breaks-clients: queries that name function "public.steady()" fail from this commit until a later transaction of the plan creates it again; run the plan when nobody needs it

ALTER FUNCTION steady() RENAME TO steady__replaced;
CREATE FUNCTION steady() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''y''::text';
DROP FUNCTION steady__replaced();
-- silent
