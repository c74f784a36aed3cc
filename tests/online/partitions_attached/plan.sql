ALTER TABLE public.h0 ADD CONSTRAINT h0__bounds CHECK (satisfies_hash_partition('public.h'::regclass::oid, 2, 0, id, (a + 1))) NOT VALID;

ALTER TABLE public.h0 VALIDATE CONSTRAINT h0__bounds;

ALTER TABLE public.h1 ADD CONSTRAINT h1__bounds CHECK (satisfies_hash_partition('public.h'::regclass::oid, 2, 1, id, (a + 1))) NOT VALID;

ALTER TABLE public.h1 VALIDATE CONSTRAINT h1__bounds;

ALTER TABLE public.l1 ADD CONSTRAINT l1__bounds CHECK (((t IS NOT NULL) AND (t = ANY (ARRAY['a'::text, 'b'::text, 'd'::text])))) NOT VALID;

ALTER TABLE public.l1 VALIDATE CONSTRAINT l1__bounds;

ALTER TABLE public.l_rest ADD CONSTRAINT l1__bounds CHECK (NOT ((t IS NOT NULL) AND (t = ANY (ARRAY['a'::text, 'b'::text, 'd'::text])))) NOT VALID;

ALTER TABLE public.l_rest VALIDATE CONSTRAINT l1__bounds;

ALTER TABLE public.p1 ADD CONSTRAINT p1__bounds CHECK ((("Da y" IS NOT NULL) AND (id IS NOT NULL) AND ("Da y" >= '2024-05-01'::date) AND (("Da y" < '2024-06-01'::date) OR (("Da y" = '2024-06-01'::date) AND (id < 7))))) NOT VALID;

ALTER TABLE public.p1 VALIDATE CONSTRAINT p1__bounds;

ALTER TABLE public.p_rest ADD CONSTRAINT p1__bounds CHECK (NOT (("Da y" IS NOT NULL) AND (id IS NOT NULL) AND ("Da y" >= '2024-05-01'::date) AND (("Da y" < '2024-06-01'::date) OR (("Da y" = '2024-06-01'::date) AND (id < 7))))) NOT VALID, ADD CONSTRAINT p2__bounds CHECK (NOT (("Da y" IS NOT NULL) AND (id IS NOT NULL) AND ("Da y" >= '2024-07-01'::date) AND (("Da y" < '2024-08-01'::date) OR (("Da y" = '2024-08-01'::date) AND (id < 7))))) NOT VALID;

ALTER TABLE public.p_rest VALIDATE CONSTRAINT p1__bounds, VALIDATE CONSTRAINT p2__bounds;

ALTER TABLE public.w1_1 ADD CONSTRAINT w1_1__bounds CHECK (((id IS NOT NULL) AND (id = ANY (ARRAY[1, 2])) AND (d IS NOT NULL) AND (d = 1))) NOT VALID;

ALTER TABLE public.w1_1 VALIDATE CONSTRAINT w1_1__bounds;

ALTER TABLE public.l DETACH PARTITION public.l1;
CREATE TABLE public.n (
    id integer
)
PARTITION BY LIST (id);
CREATE TABLE public.n1 (
    id integer
);
CREATE TABLE public.p2 (
    id integer,
    a integer,
    "Da y" date
);
ALTER TABLE ONLY public.h ATTACH PARTITION public.h0 FOR VALUES WITH (modulus 2, remainder 0);
ALTER TABLE public.h0 DROP CONSTRAINT h0__bounds;
ALTER TABLE ONLY public.h ATTACH PARTITION public.h1 FOR VALUES WITH (modulus 2, remainder 1);
ALTER TABLE public.h1 DROP CONSTRAINT h1__bounds;
ALTER TABLE ONLY public.l ATTACH PARTITION public.l1 FOR VALUES IN ('a', 'b', 'd');
ALTER TABLE public.l1 DROP CONSTRAINT l1__bounds;
ALTER TABLE public.l_rest DROP CONSTRAINT l1__bounds;
ALTER TABLE ONLY public.n ATTACH PARTITION public.n1 FOR VALUES IN (1);
ALTER TABLE ONLY public.p ATTACH PARTITION public.p1 FOR VALUES FROM ('2024-05-01', MINVALUE) TO ('2024-06-01', 7);
ALTER TABLE public.p1 DROP CONSTRAINT p1__bounds;
ALTER TABLE public.p_rest DROP CONSTRAINT p1__bounds;
ALTER TABLE ONLY public.p ATTACH PARTITION public.p2 FOR VALUES FROM ('2024-07-01', MINVALUE) TO ('2024-08-01', 7);
ALTER TABLE public.p_rest DROP CONSTRAINT p2__bounds;
ALTER TABLE ONLY public.w1 ATTACH PARTITION public.w1_1 FOR VALUES IN (1);
ALTER TABLE public.w1_1 DROP CONSTRAINT w1_1__bounds;
