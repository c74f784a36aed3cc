CREATE TYPE b AS (x int, y text, z date);
CREATE TABLE t OF b (x NOT NULL);
CREATE TABLE u (x int);
CREATE TABLE v OF b;
