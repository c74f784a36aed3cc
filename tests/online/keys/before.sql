CREATE TABLE t (id integer, a integer, b text, CONSTRAINT u UNIQUE (a));
CREATE TABLE s (id integer PRIMARY KEY, a integer);
CREATE TABLE r (s integer CONSTRAINT r_s REFERENCES s);
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
