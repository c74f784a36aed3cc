CREATE UNLOGGED TABLE t (id bigint NOT NULL, a int);
