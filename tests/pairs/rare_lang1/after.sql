CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION i(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION vv(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE "My L" HANDLER h VALIDATOR vv; GRANT USAGE ON LANGUAGE "My L" TO dt_app ;
ALTER LANGUAGE "My L" OWNER TO dt_app;
CREATE LANGUAGE added HANDLER h INLINE i; ALTER LANGUAGE added OWNER TO dt_app;
CREATE FUNCTION usesit() RETURNS int LANGUAGE "My L" AS 'begin return 1; end';
