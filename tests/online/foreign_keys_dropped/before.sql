-- what a dropped table points at is not locked with it; s goes as well, and p2 is a partition
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE s (id integer PRIMARY KEY);
CREATE TABLE t (id integer PRIMARY KEY, r integer CONSTRAINT t_r REFERENCES r, q integer CONSTRAINT t_q REFERENCES r, s integer REFERENCES s, t integer REFERENCES t);
CREATE TABLE p (id integer, r integer CONSTRAINT p_r REFERENCES r) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
INSERT INTO r SELECT i FROM generate_series(1, 100) i;
INSERT INTO t SELECT i, i FROM generate_series(1, 100) i;
INSERT INTO p VALUES (1, 1), (2, 2);
