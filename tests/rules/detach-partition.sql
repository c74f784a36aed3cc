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
