-- a column whose type is made anew and that has something else changed, below a view
CREATE TYPE k AS (x int);
CREATE TABLE t (id int NOT NULL, a k);
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
ALTER TABLE t ALTER a SET COMPRESSION pglz;
