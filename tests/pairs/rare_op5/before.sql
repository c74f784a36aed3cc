CREATE FUNCTION lt(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION gt(text, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE OPERATOR <| (FUNCTION = lt, LEFTARG = int, RIGHTARG = text);
CREATE OPERATOR |> (FUNCTION = gt, LEFTARG = text, RIGHTARG = int);
