CREATE TABLE t (a int, b int);
CREATE STATISTICS gone ON a, b FROM t;
