CREATE TABLE t (id integer, b text);
CREATE INDEX i ON t (id);
