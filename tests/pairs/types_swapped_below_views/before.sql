-- another kind of type takes a name, and views show columns of it
CREATE TYPE e AS ENUM ('x', 'y');
CREATE TABLE t (id int NOT NULL, a e[], b e DEFAULT 'x');
CREATE VIEW v AS SELECT id, a, b FROM t;
CREATE MATERIALIZED VIEW m AS SELECT b FROM v;
