-- roles: dt_app
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION i(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION vv(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE "My L" HANDLER h INLINE i VALIDATOR vv; GRANT USAGE ON LANGUAGE "My L" TO dt_app WITH GRANT OPTION; REVOKE USAGE ON LANGUAGE "My L" FROM PUBLIC;
COMMENT ON LANGUAGE "My L" IS 'mine';
CREATE LANGUAGE gone HANDLER h;
CREATE FUNCTION usesit() RETURNS int LANGUAGE "My L" AS 'begin return 1; end';
