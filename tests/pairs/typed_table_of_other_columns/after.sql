CREATE TYPE a AS (x bigint, y text, z text);
CREATE TABLE t OF a;
CREATE TABLE u OF a;
CREATE TYPE b AS (x int, z text);
CREATE TABLE gone OF b;
