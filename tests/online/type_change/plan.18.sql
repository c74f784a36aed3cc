CREATE OR REPLACE FUNCTION public.t_id__new() RETURNS trigger LANGUAGE plpgsql AS $fill$BEGIN NEW.id__new := NEW.id; RETURN NEW; END$fill$;
ALTER TABLE public.t ADD COLUMN id__new bigint;
CREATE OR REPLACE TRIGGER "~id__new" BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.t_id__new();
ALTER TABLE public.t ENABLE ALWAYS TRIGGER "~id__new";

-- in batches: UPDATE public.t SET id__new = (id) WHERE id__new IS NULL AND id IS NOT NULL;

CREATE UNIQUE INDEX CONCURRENTLY t_pkey__new ON public.t (id__new);

ALTER TABLE public.t ADD CONSTRAINT id__not_null CHECK (id__new IS NOT NULL) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT id__not_null;

CREATE OR REPLACE FUNCTION public.w_d__new() RETURNS trigger LANGUAGE plpgsql AS $fill$BEGIN NEW.d__new := NEW.d; RETURN NEW; END$fill$;
ALTER TABLE public.w ADD COLUMN d__new bigint;
CREATE OR REPLACE TRIGGER "~d__new" BEFORE INSERT OR UPDATE ON public.w FOR EACH ROW EXECUTE FUNCTION public.w_d__new();
ALTER TABLE public.w ENABLE ALWAYS TRIGGER "~d__new";

-- in batches: UPDATE public.w SET d__new = (d) WHERE d__new IS NULL AND d IS NOT NULL;

ALTER TABLE public.w ADD CONSTRAINT f__new FOREIGN KEY (d__new) REFERENCES public.p (number) NOT VALID;

ALTER TABLE public.w VALIDATE CONSTRAINT f__new;

CREATE OR REPLACE FUNCTION public.t_a__new() RETURNS trigger LANGUAGE plpgsql AS $fill$BEGIN NEW.a__new := NEW.a; RETURN NEW; END$fill$;
ALTER TABLE public.t ADD COLUMN a__new bigint;
CREATE OR REPLACE TRIGGER "~a__new" BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.t_a__new();
ALTER TABLE public.t ENABLE ALWAYS TRIGGER "~a__new";

-- in batches: UPDATE public.t SET a__new = (a) WHERE a__new IS NULL AND a IS NOT NULL;

CREATE INDEX CONCURRENTLY i__new ON public.t (a__new DESC, (lower(CAST(b AS text)))) WHERE a__new > 3;

CREATE UNIQUE INDEX CONCURRENTLY u__new ON public.t (b, a__new);

ALTER TABLE public.t ADD CONSTRAINT c__new CHECK (a__new > 0) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT c__new;

ALTER TABLE public.t ADD CONSTRAINT a__not_null CHECK (a__new IS NOT NULL) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT a__not_null;

DROP VIEW public.v;
ALTER TABLE ONLY public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE ONLY public.t ALTER COLUMN id DROP DEFAULT;
ALTER TABLE ONLY public.w ALTER COLUMN n DROP DEFAULT;
ALTER SEQUENCE public.t_id_seq AS bigint MINVALUE 1 MAXVALUE 9223372036854775807;
DROP TRIGGER "~id__new" ON public.t;
DROP FUNCTION public.t_id__new();
ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id__new;
ALTER TABLE public.t DROP COLUMN id;
ALTER TABLE public.t RENAME COLUMN id__new TO id;
ALTER TABLE public.t ADD CONSTRAINT t_id_not_null NOT NULL id;
ALTER TABLE public.t DROP CONSTRAINT id__not_null;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey__new;
DROP TRIGGER "~d__new" ON public.w;
DROP FUNCTION public.w_d__new();
ALTER TABLE public.w DROP COLUMN d;
ALTER TABLE public.w RENAME COLUMN d__new TO d;
ALTER TABLE public.w RENAME CONSTRAINT f__new TO f;
DROP TRIGGER "~a__new" ON public.t;
DROP FUNCTION public.t_a__new();
ALTER TABLE public.t DROP COLUMN a;
ALTER TABLE public.t RENAME COLUMN a__new TO a;
ALTER TABLE public.t ADD CONSTRAINT t_a_not_null NOT NULL a;
ALTER TABLE public.t DROP CONSTRAINT a__not_null;
ALTER INDEX public.i__new RENAME TO i;
ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX u__new DEFERRABLE;
ALTER TABLE public.t RENAME CONSTRAINT c__new TO c;
COMMENT ON COLUMN public.t.a IS 'how many''s there';
GRANT SELECT (a) ON public.t TO PUBLIC;
ALTER TABLE public.w ALTER COLUMN n TYPE numeric(12,2);
ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT 5;
ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT nextval('public.t_id_seq'::regclass);
ALTER TABLE ONLY public.w ALTER COLUMN n SET DEFAULT 1;
CREATE VIEW public.v AS
 SELECT a,
    b
   FROM public.t;
