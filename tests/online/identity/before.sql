CREATE TABLE t (a text);
INSERT INTO t SELECT 'row ' || i FROM generate_series(1, 100) i;
CREATE SCHEMA "It's";
CREATE TABLE "It's"."A table" (a text);
INSERT INTO "It's"."A table" SELECT 'row ' || i FROM generate_series(1, 100) i;
