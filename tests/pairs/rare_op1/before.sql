-- roles: dt_app
CREATE SCHEMA s; 
CREATE FUNCTION s.lt(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION s.gt(text, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION s.ge(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION s.neg(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select -$1';
CREATE FUNCTION s.eq(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select $1 operator(pg_catalog.=) $2';
CREATE OPERATOR s.<| (FUNCTION = s.lt, LEFTARG = int, RIGHTARG = text, COMMUTATOR = OPERATOR(s.|>), NEGATOR = OPERATOR(s.>=|), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR s.|> (FUNCTION = s.gt, LEFTARG = text, RIGHTARG = int, COMMUTATOR = OPERATOR(s.<|));
CREATE OPERATOR s.>=| (FUNCTION = s.ge, LEFTARG = int, RIGHTARG = text, NEGATOR = OPERATOR(s.<|));
CREATE OPERATOR s.!! (FUNCTION = s.neg, RIGHTARG = int);
CREATE OPERATOR s.== (FUNCTION = s.eq, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(s.==), HASHES, MERGES, RESTRICT = eqsel);
COMMENT ON OPERATOR s.== (int, int) IS 'same';
COMMENT ON OPERATOR s.!! (NONE, int) IS 'minus';
ALTER OPERATOR s.!! (NONE, int) OWNER TO dt_app;
CREATE VIEW v AS SELECT 1 OPERATOR(s.==) 2 AS a;
