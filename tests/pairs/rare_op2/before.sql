CREATE FUNCTION lt(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE OPERATOR <| (FUNCTION = lt, LEFTARG = int, RIGHTARG = text);
