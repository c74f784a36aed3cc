CREATE TABLE t (a int) WITH (autovacuum_enabled = false, fillfactor = 50);
CREATE VIEW v WITH (check_option = local, security_barrier) AS SELECT a FROM t;
CREATE INDEX i ON t (a) WITH (deduplicate_items = off, fillfactor = 50);
