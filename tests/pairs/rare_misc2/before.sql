-- roles: dt_app
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'begin end';
CREATE TYPE mood AS ENUM ('a','b'); CREATE FUNCTION tomood(int) RETURNS mood LANGUAGE sql IMMUTABLE AS 'select ''a''::mood';
CREATE CAST (int AS mood) WITH FUNCTION tomood(int) AS ASSIGNMENT; COMMENT ON CAST (int AS mood) IS 'x';
CREATE TYPE c2 AS (x int); CREATE FUNCTION tc(c2, c2) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true'; CREATE OPERATOR === (FUNCTION = tc, LEFTARG = c2, RIGHTARG = c2); COMMENT ON OPERATOR === (c2, c2) IS 'x'; ALTER OPERATOR === (c2, c2) OWNER TO dt_app;
CREATE TABLE t (a int, b c2 CHECK (b OPERATOR(public.===) ROW(1)::c2));
