CREATE TABLE t (id integer NOT NULL, a integer, b text);
CREATE TABLE "Odd.Name" ("Col umn" text);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE INDEX old ON t (a);
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
