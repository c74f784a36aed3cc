DROP SEQUENCE invoice_numbers;
-- data-loss: loses the position of sequence "public.invoice_numbers": made again, it starts over and gives out numbers twice; write down its last_value first
-- breaks-clients: queries that name sequence "public.invoice_numbers" fail once this commits; drop it after the code that names it is gone

DROP SEQUENCE audit.trail_numbers, invoice_numbers;
-- data-loss: loses the position of sequence "audit.trail_numbers": made again, it starts over and gives out numbers twice; write down its last_value first
-- data-loss: loses the position of sequence "public.invoice_numbers": made again, it starts over and gives out numbers twice; write down its last_value first
-- breaks-clients: queries that name sequence "audit.trail_numbers" fail once this commits; drop it after the code that names it is gone
-- breaks-clients: queries that name sequence "public.invoice_numbers" fail once this commits; drop it after the code that names it is gone

ALTER TABLE orders ALTER COLUMN id DROP IDENTITY;
-- data-loss: loses the position of the sequence behind column "id" of "public.orders": made again, it starts over and gives out numbers twice; write down its last_value first
-- breaks-clients: inserts that leave the numbering of column "id" of "public.orders" to the database fail once this commits; give the column a default in the same transaction

CREATE SEQUENCE fresh;
DROP SEQUENCE fresh;
-- silent

DROP SEQUENCE IF EXISTS nobody;
-- silent

ALTER TABLE orders ALTER COLUMN pieces DROP IDENTITY IF EXISTS;
-- silent
