ALTER TABLE public.p ADD COLUMN key__new uuid, ALTER COLUMN key__new SET DEFAULT gen_random_uuid();

-- in batches: UPDATE public.p SET key__new = (gen_random_uuid()) WHERE key__new IS NULL;

ALTER TABLE public.t ADD COLUMN key__new uuid, ALTER COLUMN key__new SET DEFAULT gen_random_uuid();

-- in batches: UPDATE public.t SET key__new = (gen_random_uuid()) WHERE key__new IS NULL;

ALTER TABLE public.t ADD CONSTRAINT key__not_null CHECK (key__new IS NOT NULL) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT key__not_null;

ALTER TABLE public.t ADD COLUMN "Any__new" double precision, ALTER COLUMN "Any__new" SET DEFAULT random();

-- in batches: UPDATE public.t SET "Any__new" = (random()) WHERE "Any__new" IS NULL;

CREATE SEQUENCE public.t_number_seq AS integer START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

GRANT USAGE ON SEQUENCE public.t_number_seq TO PUBLIC;
ALTER TABLE public.t ADD COLUMN number__new integer, ALTER COLUMN number__new SET DEFAULT nextval(CAST('public.t_number_seq' AS regclass));

-- in batches: UPDATE public.t SET number__new = (nextval(CAST('public.t_number_seq' AS regclass))) WHERE number__new IS NULL;

ALTER TABLE public.t ADD CONSTRAINT number__not_null CHECK (number__new IS NOT NULL) NOT VALID;

ALTER TABLE public.t VALIDATE CONSTRAINT number__not_null;

ALTER TABLE public.p RENAME COLUMN key__new TO key;
ALTER TABLE public.t RENAME COLUMN key__new TO key;
ALTER TABLE public.t ALTER COLUMN key SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT key__not_null;

CREATE INDEX CONCURRENTLY i ON public.t USING btree (key);

COMMENT ON COLUMN public.t.key IS 'what others know it by';
ALTER TABLE public.t RENAME COLUMN number__new TO number;
ALTER TABLE public.t ALTER COLUMN number SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT number__not_null;
ALTER TABLE public.t RENAME COLUMN "Any__new" TO "Any";
ALTER SEQUENCE public.t_number_seq OWNED BY public.t.number;
