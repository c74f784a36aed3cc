CREATE INDEX CONCURRENTLY "IN DEX" ON public."Odd.Name" USING hash ("Col umn");

CREATE UNIQUE INDEX CONCURRENTLY i ON public.t USING btree (b COLLATE "C" DESC NULLS LAST) INCLUDE (a) WITH (fillfactor='80') WHERE (a > 0);

SET check_function_bodies = off;
CREATE FUNCTION public.half(integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1 / 2$function$;

CREATE INDEX CONCURRENTLY halves ON public.t USING btree (public.half(a));

RESET check_function_bodies;

DROP INDEX CONCURRENTLY public.old;
