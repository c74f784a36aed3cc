-- what is made new has no online form; what a function or a column of the plan is needed for waits for it
CREATE TABLE t (id integer NOT NULL, a integer, b text);
CREATE VIEW v AS SELECT id, a FROM t;
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
