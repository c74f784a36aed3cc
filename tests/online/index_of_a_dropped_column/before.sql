CREATE TABLE t (id integer, a integer, b text);
CREATE INDEX i ON t (id, a);
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
