-- a table is read once for all that is checked of it, and rewritten once
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (id integer, a integer, b integer, c integer, d text);
INSERT INTO r SELECT i FROM generate_series(1, 100) i;
INSERT INTO t SELECT i, i, i, i, i FROM generate_series(1, 100) i;
