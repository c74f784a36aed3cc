CREATE INDEX CONCURRENTLY i__building ON public.t USING btree (id);

ALTER TABLE public.t DROP COLUMN a;
ALTER INDEX public.i__building RENAME TO i;
