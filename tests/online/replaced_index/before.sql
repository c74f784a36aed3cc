CREATE TABLE t (id integer NOT NULL, a integer, b text);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'old';
ALTER TABLE t CLUSTER ON i;
CREATE INDEX gone ON t (a);
INSERT INTO t SELECT i, i, i::text FROM generate_series(1, 100) i;
