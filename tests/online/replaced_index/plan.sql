CREATE INDEX CONCURRENTLY i__building ON public.t USING btree (a, b);

DROP INDEX public.i;
ALTER INDEX public.i__building RENAME TO i;
ALTER TABLE public.t CLUSTER ON i;
COMMENT ON INDEX public.i IS 'new';

DROP INDEX CONCURRENTLY public.gone;
