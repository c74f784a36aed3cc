-- alias lists name columns in their order: what has one comes once the column before those is gone
CREATE TABLE t (x int, y text);
CREATE VIEW v AS SELECT u.a FROM t AS u(id, a);
CREATE TYPE c AS (x text, y text);
CREATE TABLE typed OF c;
CREATE TABLE s (id text);
CREATE VIEW w AS SELECT u.a FROM typed AS u(id, a) JOIN s USING (id);
CREATE TABLE o (a int);
CREATE MATERIALIZED VIEW m AS SELECT u.a FROM t AS u(id, a);
CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT u.a FROM t AS u(id, a); END;
CREATE RULE r AS ON INSERT TO o DO ALSO DELETE FROM o WHERE a::text IN (SELECT u.a FROM t AS u(id, a));
CREATE POLICY p ON o USING (a::text IN (SELECT u.a FROM t AS u(id, a)));
