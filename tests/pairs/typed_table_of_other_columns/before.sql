-- tables: empty
-- a type gets a column in the middle, where ALTER TABLE has no place for it
CREATE TYPE a AS (x int, z text);
CREATE TABLE t OF a;
CREATE TABLE u (x int, z text);
CREATE TABLE gone (z text, x int);
