CREATE TABLE t (a text) WITH (autovacuum_enabled=off, fillfactor=70);
CREATE INDEX i ON t USING gin (to_tsvector('english', a)) WITH (gin_pending_list_limit=64, fastupdate=off);
CREATE VIEW v WITH (check_option=local, security_barrier=true) AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled=off, fillfactor=70) AS SELECT 1 a;
ALTER TABLE t ALTER a SET (n_distinct_inherited=2, n_distinct=1);
