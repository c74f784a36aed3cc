-- e was never filled, and k's query needs a column of the plan's own
CREATE TABLE t (id integer NOT NULL, a integer);
INSERT INTO t SELECT i, i FROM generate_series(1, 100) i;
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE INDEX m_a ON m (a);
COMMENT ON INDEX m_a IS 'by a';
CREATE VIEW v AS SELECT id FROM m;
GRANT SELECT ON m TO PUBLIC;
CREATE MATERIALIZED VIEW e AS SELECT id FROM t WITH NO DATA;
CREATE MATERIALIZED VIEW k AS SELECT id FROM t;
