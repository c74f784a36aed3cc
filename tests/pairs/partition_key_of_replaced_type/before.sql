-- tables: empty
-- a type that is made anew, and is that of a partition key
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS int;
CREATE TABLE p (id e, n d, x int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN ('a') PARTITION BY RANGE (n);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
CREATE TABLE q (id e);
