CREATE TABLE t (d text) WITH (toast.autovacuum_enabled = false, fillfactor = 90);
CREATE TABLE p (d text);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c SET (toast.autovacuum_enabled = false);
