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

ALTER TABLE ONLY logs ADD CONSTRAINT logs_key UNIQUE (day);
ALTER TABLE logs_2024 ADD CONSTRAINT logs_2024_key UNIQUE (day);
ALTER INDEX logs_key ATTACH PARTITION logs_2024_key;
-- blocks-reads: blocks reads and writes on "public.logs_2024" (about 12 rows, 16 kB) until the index of the unique constraint is built; build it first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX
-- blocks-reads: keeps reads and writes on "public.logs" with its partition (about 12 rows, 16 kB) blocked until it is done, because an earlier statement of the same transaction locked them; run it in a later transaction

CREATE TABLE fresh (id integer, CONSTRAINT fresh_key UNIQUE (id)) PARTITION BY RANGE (id);
CREATE TABLE fresh_1 (id integer CONSTRAINT fresh_1_key UNIQUE);
ALTER TABLE ONLY fresh ATTACH PARTITION fresh_1 FOR VALUES FROM (1) TO (2);
ALTER INDEX fresh_key ATTACH PARTITION fresh_1_key;
-- silent

ALTER INDEX somewhere.nobody ATTACH PARTITION somewhere.nobody_2024;
-- not measured: schema "somewhere" does not exist
-- silent

ALTER TABLE visits ATTACH PARTITION visits_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- blocks-reads: blocks reads and writes on "public.visits_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-writes: blocks writes on "public.guests" (about 12 rows, 16 kB) until foreign key "visits_guest_id_fkey" is checked for every row of "public.visits_2023"; first add the foreign key to that table NOT VALID, and VALIDATE it

ALTER TABLE visits_2023 ADD CONSTRAINT visits_2023_guest FOREIGN KEY (guest_id) REFERENCES guests;
COMMIT;
ALTER TABLE visits ATTACH PARTITION visits_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- blocks-writes: blocks writes on "public.visits_2023" (about 12 rows, 16 kB) and "public.guests" (about 12 rows, 16 kB) until every row is checked; add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction
-- blocks-reads: blocks reads and writes on "public.visits_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read

ALTER TABLE logs ADD CONSTRAINT logs_once EXCLUDE USING btree (day WITH =);
COMMIT;
ALTER TABLE logs ATTACH PARTITION logs_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- since: 17
-- blocks-reads: blocks reads and writes on "public.logs" with its partition (about 12 rows, 16 kB) until the index of the exclusion constraint is built; there is no online way: add it in quiet hours
-- blocks-reads: blocks reads and writes on "public.logs_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: blocks reads and writes on "public.logs_2023" (about 12 rows, 16 kB) until its index of constraint "logs_once" is built; there is no online way: do it in quiet hours

ALTER TABLE logs ADD CONSTRAINT logs_key UNIQUE (id, day WITHOUT OVERLAPS);
COMMIT;
ALTER TABLE logs ATTACH PARTITION logs_2023 FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
-- since: 18
-- not measured: a date is no range
-- blocks-reads: blocks reads and writes on "public.logs" with its partition (about 12 rows, 16 kB) until the index of the unique constraint is built; there is no online way: add it in quiet hours
-- blocks-reads: blocks reads and writes on "public.logs_2023" (about 12 rows, 16 kB) until every row is checked against the partition's bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read
-- blocks-reads: blocks reads and writes on "public.logs_2023" (about 12 rows, 16 kB) until its index of constraint "logs_key" is built; there is no online way: do it in quiet hours
