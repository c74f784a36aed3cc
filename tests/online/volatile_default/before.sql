CREATE TABLE t (id integer, a text);
CREATE TABLE p (id integer, a text) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (50);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (50) TO (1000);
INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 100) i;
INSERT INTO p SELECT i, 'row ' || i FROM generate_series(1, 100) i;
