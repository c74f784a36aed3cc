CREATE TABLE t (id bigint NOT NULL, a integer, b text, c integer);
CREATE VIEW v AS SELECT id, a FROM t;
GRANT SELECT ON v TO PUBLIC;
CREATE TABLE n (id integer PRIMARY KEY, a integer CHECK (a > 0));
CREATE INDEX i ON t (c);
CREATE INDEX j ON t (id);
CREATE INDEX k ON t (a);
