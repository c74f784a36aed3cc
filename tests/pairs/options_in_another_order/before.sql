-- storage parameters have an order, which a dump shows
CREATE TABLE t (a text) WITH (fillfactor=70, autovacuum_enabled=off);
CREATE INDEX i ON t USING gin (to_tsvector('english', a)) WITH (fastupdate=off, gin_pending_list_limit=64);
CREATE VIEW v WITH (security_barrier=true, check_option=local) AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m WITH (fillfactor=70, autovacuum_enabled=off) AS SELECT 1 a;
ALTER TABLE t ALTER a SET (n_distinct=1, n_distinct_inherited=2);
