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
CREATE FUNCTION public.total_of(order_id int) RETURNS int4 LANGUAGE sql AS 'SELECT 1';
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
