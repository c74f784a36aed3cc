CREATE MATERIALIZED VIEW public.m__building AS
 SELECT id,
    a,
    (a + 1) AS next
   FROM public.t
WITH DATA;

CREATE INDEX m_a__building ON public.m__building USING btree (a);

CREATE UNIQUE INDEX m_id__building ON public.m__building USING btree (id);

DROP MATERIALIZED VIEW public.e;
DROP MATERIALIZED VIEW public.k;
DROP VIEW public.v;
DROP MATERIALIZED VIEW public.m;
ALTER TABLE public.t ADD COLUMN b integer;
CREATE MATERIALIZED VIEW public.e AS
 SELECT id,
    a
   FROM public.t
WITH DATA;
CREATE MATERIALIZED VIEW public.k AS
 SELECT id,
    b
   FROM public.t
WITH DATA;
ALTER MATERIALIZED VIEW public.m__building RENAME TO m;
ALTER INDEX public.m_a__building RENAME TO m_a;
ALTER INDEX public.m_id__building RENAME TO m_id;
COMMENT ON INDEX public.m_a IS 'by a';
CREATE VIEW public.v AS
 SELECT id
   FROM public.m;
GRANT SELECT ON TABLE public.m TO PUBLIC;
