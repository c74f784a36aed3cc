ALTER TABLE events DETACH PARTITION events_2024;
-- breaks-clients: queries of "public.events" no longer find the rows of "public.events_2024" (about 900 million rows, 80 GB) once this commits; the rows stay, so let the code that needs them read that table first

ALTER TABLE logs DETACH PARTITION logs_2024 CONCURRENTLY;
-- not measured: ALTER TABLE ... DETACH CONCURRENTLY cannot run inside a transaction block
-- breaks-clients: queries of "public.logs" no longer find the rows of "public.logs_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first

ALTER TABLE cats NO INHERIT animals;
-- breaks-clients: queries of "public.animals" no longer find the rows of "public.cats" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first

CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE logs DETACH PARTITION logs_2026;
-- silent

ALTER TABLE keyless INHERIT animals;
-- silent

ALTER TABLE visits DETACH PARTITION visits_2024;
ALTER TABLE ONLY visits ATTACH PARTITION visits_2024 FOR VALUES FROM ('2023-01-01') TO ('2025-01-01');
-- blocks-reads: blocks reads and writes on "public.notes" (about 12 rows, 16 kB) until its foreign key "notes_visit_day_fkey" is checked, and fails if one of its rows points at "public.visits_2024"; drop the foreign key first, add it again NOT VALID, then VALIDATE CONSTRAINT in a later transaction
-- blocks-reads: blocks reads and writes on "public.visits_2024" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: keeps reads and writes on "public.visits" with its partition (about 12 rows, 16 kB) and "public.notes" (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY;
-- not measured: ALTER TABLE ... DETACH CONCURRENTLY cannot run inside a transaction block
-- breaks-clients: queries of "public.visits" no longer find the rows of "public.visits_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first

ALTER TABLE notes DROP CONSTRAINT notes_visit_day_fkey;
ALTER TABLE visits DETACH PARTITION visits_2024;
-- breaks-clients: queries of "public.visits" no longer find the rows of "public.visits_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first

ALTER TABLE logs DETACH PARTITION logs_2024;
ALTER TABLE ONLY public.logs ATTACH PARTITION public.logs_2024 FOR VALUES FROM ('2023-01-01') TO ('2025-01-01');
-- blocks-reads: blocks reads and writes on "public.logs_2024" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: keeps reads and writes on "public.logs" with its partition (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE logs DETACH PARTITION logs_2024;
COMMIT;
ALTER TABLE logs ATTACH PARTITION logs_2024 FOR VALUES FROM ('2023-01-01') TO ('2025-01-01');
-- breaks-clients: queries of "public.logs" do not find the rows of "public.logs_2024" (about 12 rows, 16 kB) from this commit until a later transaction of the plan attaches them again; run the plan when nobody needs them
-- blocks-reads: blocks reads and writes on "public.logs_2024" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read

ALTER TABLE logs DETACH PARTITION logs_2024;
ALTER TABLE events ATTACH PARTITION logs_2024 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- not measured: the columns differ
-- breaks-clients: queries of "public.logs" no longer find the rows of "public.logs_2024" (about 12 rows, 16 kB) once this commits; the rows stay, so let the code that needs them read that table first
-- blocks-reads: blocks reads and writes on "public.logs_2024" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: blocks reads and writes on the default partition "public.events_rest" (about 12 rows, 16 kB) until its rows are checked; first add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it
-- blocks-reads: keeps reads and writes on "public.logs" (no rows) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

ALTER TABLE cats NO INHERIT animals;
ALTER TABLE cats INHERIT animals;
-- silent

ALTER TABLE cats NO INHERIT animals;
COMMIT;
ALTER TABLE cats INHERIT animals;
-- breaks-clients: queries of "public.animals" do not find the rows of "public.cats" (about 12 rows, 16 kB) from this commit until a later transaction of the plan attaches them again; run the plan when nobody needs them

ALTER TABLE logs DETACH PARTITION logs_2024 CONCURRENTLY;
DROP TABLE logs_2024;
-- not measured: ALTER TABLE ... DETACH CONCURRENTLY cannot run inside a transaction block
-- data-loss: deletes "public.logs_2024" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- breaks-clients: queries that name "public.logs_2024" fail once this commits; drop it after the code that names it is gone
