ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN remark text;
-- data-loss: deletes the values of column "note" of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- maybe-rename: column "note" of "public.orders" goes, and "remark" of the same type comes: if that is the same one, write -- difftool: renamed from note in the line above it, and its values stay
-- breaks-clients: queries that name column "note" of "public.orders" fail once this commits; drop it after the code that names it is gone

DROP TABLE events_2023;
CREATE TABLE old_events (id bigint, day date NOT NULL, payload jsonb);
-- data-loss: deletes "public.events_2023" (about 12 rows, 16 kB) for good; save it first with pg_dump --table, or rename it and drop it once nobody has missed it
-- maybe-rename: table "public.events_2023" goes, and "public.old_events" of the same shape comes: if that is the same one, write -- difftool: renamed from events_2023 in the line above it, and its values stay
-- breaks-clients: queries that name "public.events_2023" fail once this commits; drop it after the code that names it is gone

ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders ADD COLUMN remark integer;
-- data-loss: deletes the values of column "note" of "public.orders" (about 40 million rows, 5.2 GB), for good; save them first with the key (CREATE TABLE … AS SELECT), or let the code stop using the column and drop it a release later
-- breaks-clients: queries that name column "note" of "public.orders" fail once this commits; drop it after the code that names it is gone

CREATE TABLE fresh (note text);
ALTER TABLE fresh DROP COLUMN note;
ALTER TABLE fresh ADD COLUMN remark text;
-- silent
