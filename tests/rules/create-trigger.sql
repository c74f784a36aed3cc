CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
-- not measured: nothing is read
-- blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until this transaction commits; no row is read, so keep the transaction short and let nothing slow stand in it

CREATE OR REPLACE TRIGGER touch AFTER INSERT ON public."Odd Names" EXECUTE FUNCTION touch();
-- not measured: nothing is read
-- blocks-writes: blocks writes on "public.Odd Names" (about 12 rows, 16 kB) until this transaction commits; no row is read, so keep the transaction short and let nothing slow stand in it

CREATE TABLE fresh (id integer);
CREATE TRIGGER touch BEFORE UPDATE ON fresh FOR EACH ROW EXECUTE FUNCTION touch();
-- silent

CREATE TRIGGER touch INSTEAD OF INSERT ON open_orders FOR EACH ROW EXECUTE FUNCTION touch();
-- silent

ALTER TABLE orders DISABLE TRIGGER USER;
-- silent
