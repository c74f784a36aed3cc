-- tables: empty
-- a column of a partition key keeps its type as long as its table lives
CREATE TABLE p (id int NOT NULL, a timestamp, d text DEFAULT '1') PARTITION BY RANGE (id, d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1, 'a') TO (2, 'a');
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (2, 'a') TO (3, 'a') PARTITION BY LIST (a);
CREATE TABLE p21 PARTITION OF p2 DEFAULT;
CREATE TABLE q (id int, a int) PARTITION BY LIST ((id + a));
CREATE TABLE r (id int, a int) PARTITION BY HASH (id);
CREATE TABLE r1 PARTITION OF r FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE VIEW v AS SELECT d FROM p;
