ALTER SEQUENCE invoice_numbers RESTART;
-- data-loss: loses the position of sequence "public.invoice_numbers": set back, it gives out numbers that are taken; compare with its last_value first

ALTER SEQUENCE invoice_numbers RESTART WITH 1000 CACHE 5;
-- data-loss: loses the position of sequence "public.invoice_numbers": set back, it gives out numbers that are taken; compare with its last_value first

ALTER TABLE orders ALTER COLUMN id RESTART WITH 1;
-- data-loss: loses the position of the sequence behind column "id" of "public.orders": set back, it gives out numbers that are taken; compare with its last_value first

SELECT pg_catalog.setval('audit.trail_numbers', 1, false);
-- data-loss: loses the position of sequence "audit.trail_numbers": set back, it gives out numbers that are taken; compare with its last_value first

SELECT setval('invoice_numbers'::regclass, 1);
-- data-loss: loses the position of sequence "invoice_numbers": set back, it gives out numbers that are taken; compare with its last_value first

ALTER SEQUENCE invoice_numbers CACHE 20;
-- silent

ALTER TABLE orders ALTER COLUMN id SET GENERATED ALWAYS;
-- silent

CREATE SEQUENCE fresh;
SELECT setval('fresh', 12);
-- silent

SELECT pg_catalog.set_config('search_path', '', false);
-- silent
