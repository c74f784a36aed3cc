ALTER TABLE public.t ADD CONSTRAINT a__not_null CHECK (a IS NOT NULL) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT a__not_null;

CREATE UNIQUE INDEX CONCURRENTLY t1_id_a_key__building ON public.t1 (id, a);

CREATE UNIQUE INDEX CONCURRENTLY t2_id_a_key__building ON public.t2 (id, a);

CREATE INDEX CONCURRENTLY t1_b_idx ON public.t1 USING btree (b);

CREATE INDEX CONCURRENTLY t2_b_idx ON public.t2 USING btree (b);

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT a__not_null;
ALTER TABLE public.t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID;
ALTER TABLE ONLY public.t ADD CONSTRAINT k UNIQUE (id, a);
ALTER TABLE public.t1 ADD CONSTRAINT t1_id_a_key UNIQUE USING INDEX t1_id_a_key__building;
ALTER TABLE public.t2 ADD CONSTRAINT t2_id_a_key UNIQUE USING INDEX t2_id_a_key__building;
CREATE INDEX i ON ONLY public.t USING btree (b);
ALTER INDEX public.i ATTACH PARTITION public.t1_b_idx;
ALTER INDEX public.k ATTACH PARTITION public.t1_id_a_key;
ALTER INDEX public.i ATTACH PARTITION public.t2_b_idx;
ALTER INDEX public.k ATTACH PARTITION public.t2_id_a_key;

ALTER TABLE public.t VALIDATE CONSTRAINT c;
