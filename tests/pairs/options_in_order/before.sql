-- storage parameters stand in the order in which they were set
CREATE TABLE t (a int) WITH (fillfactor = 50, user_catalog_table = true);
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t;
CREATE INDEX i ON t (a) WITH (fillfactor = 50);
