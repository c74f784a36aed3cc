ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
-- breaks-clients: hides the rows of "public.orders" (about 40 million rows, 5.2 GB) from all but its owner and superusers, as far as no policy shows them, once this commits; create the policies first

ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
-- breaks-clients: hides the rows of "public.guarded" (about 12 rows, 16 kB) from its owner too, as far as no policy shows them, once this commits; create the owner's policies first

ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
-- silent

ALTER TABLE orders DISABLE ROW LEVEL SECURITY;
-- silent

CREATE TABLE fresh (id integer);
ALTER TABLE fresh ENABLE ROW LEVEL SECURITY;
-- silent

CREATE POLICY own ON guarded USING (owner = CURRENT_USER);
-- silent
