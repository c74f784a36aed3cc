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

DROP POLICY members ON guarded;
-- breaks-clients: policy "members" of "public.guarded" is gone once this commits: rows that it alone let through are hidden, rows that it alone kept back are shown; create what replaces it in the same transaction

DROP POLICY members ON guarded;
CREATE POLICY members ON guarded FOR SELECT USING (owner = CURRENT_USER);
-- silent

DROP POLICY members ON guarded;
COMMIT;
CREATE POLICY members ON guarded FOR SELECT USING (owner = CURRENT_USER);
-- breaks-clients: policy "members" of "public.guarded" is gone from this commit until a later transaction of the plan creates it again: rows that it alone let through are hidden, rows that it alone kept back are shown; create what replaces it in the same transaction

ALTER TABLE guarded DISABLE ROW LEVEL SECURITY;
DROP POLICY members ON guarded;
-- silent

DROP POLICY members ON guarded;
ALTER TABLE guarded DISABLE ROW LEVEL SECURITY;
-- silent
