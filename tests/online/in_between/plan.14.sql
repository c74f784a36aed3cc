CREATE INDEX CONCURRENTLY k ON public.t USING btree (a);

DROP VIEW public.v;
CREATE TABLE public.n (
    id integer NOT NULL,
    a integer,
    CONSTRAINT n_a_check CHECK ((a > 0)),
    CONSTRAINT n_pkey PRIMARY KEY (id)
);
ALTER TABLE public.t ALTER COLUMN id TYPE bigint;
ALTER TABLE public.t ADD COLUMN c integer;
CREATE VIEW public.v AS
 SELECT t.id,
    t.a
   FROM public.t;
GRANT SELECT ON TABLE public.v TO PUBLIC;

CREATE INDEX CONCURRENTLY i ON public.t USING btree (c);

CREATE INDEX CONCURRENTLY j ON public.t USING btree (id);
