CREATE SCHEMA excl;
SET search_path = excl;
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 10';
CREATE TABLE t(a int, CONSTRAINT k EXCLUDE USING btree (f(a) WITH =));
COMMENT ON CONSTRAINT k ON t IS 'x';

CREATE SCHEMA exclwhere;
SET search_path = exclwhere;
CREATE FUNCTION f(x int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 10 = 1';
CREATE TABLE t(a int, CONSTRAINT k EXCLUDE USING btree (a WITH =) WHERE (f(a)));

CREATE SCHEMA exclop;
SET search_path = exclop;
CREATE FUNCTION f(int,int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (leftarg=int, rightarg=int, function=f, commutator = ===);
CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 ===, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int,int);
CREATE TABLE t(a int, CONSTRAINT k EXCLUDE USING btree (a oc WITH ===));

CREATE SCHEMA generatedfunc;
SET search_path = generatedfunc;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 10';
CREATE TABLE t(a int, b int GENERATED ALWAYS AS (f(a)) STORED, CHECK (f(a) > 0), EXCLUDE USING btree (f(a) WITH =));
CREATE INDEX i ON t (f(a));
CREATE STATISTICS s ON f(a), b FROM t;
