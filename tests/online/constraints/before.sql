CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (id integer NOT NULL, a integer, b text);
INSERT INTO p SELECT i FROM generate_series(1, 100) i;
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
