CREATE TABLE t (id integer NOT NULL, a integer, b text);
CREATE INDEX i ON t (a, b);
COMMENT ON INDEX i IS 'new';
ALTER TABLE t CLUSTER ON i;
