CREATE DOMAIN d AS integer;
CREATE DOMAIN e AS integer;
CREATE DOMAIN nobody AS integer;
CREATE TABLE t (id integer, d d, e e);
INSERT INTO t SELECT i, i, i FROM generate_series(1, 100) i;
