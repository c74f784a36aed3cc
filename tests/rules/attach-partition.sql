ALTER TABLE logs ATTACH PARTITION logs_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- blocks-reads: blocks reads and writes on "public.logs_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read

ALTER TABLE events ATTACH PARTITION events_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- blocks-reads: blocks reads and writes on "public.events_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: blocks reads and writes on the default partition "public.events_rest" (about 12 rows, 16 kB) until its rows are checked; first add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it

CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- not measured: PostgreSQL says nothing of how it reads the default partition
-- blocks-reads: blocks reads and writes on "public.events" and its default partition "public.events_rest" (about 12 rows, 16 kB) until its rows are checked; create the table apart, add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it, then ATTACH

CREATE TABLE events_2026 (id bigint, day date NOT NULL, payload jsonb);
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- blocks-reads: blocks reads and writes on the default partition "public.events_rest" (about 12 rows, 16 kB) until its rows are checked; first add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it

CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- silent

CREATE TABLE logs_2026 (id bigint, day date NOT NULL);
ALTER TABLE logs ATTACH PARTITION logs_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- silent

CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
-- silent

CREATE INDEX logs_day ON ONLY logs (day);
CREATE INDEX CONCURRENTLY logs_2024_day ON logs_2024 (day);
ALTER INDEX logs_day ATTACH PARTITION logs_2024_day;
-- not measured: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
-- silent
