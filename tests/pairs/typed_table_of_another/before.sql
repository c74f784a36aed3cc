-- a table becomes one of another type, with other columns
CREATE TYPE a AS (x bigint, y int);
CREATE TABLE t OF a (x NOT NULL);
CREATE TABLE u OF a;
CREATE TABLE v (x int, y text);
