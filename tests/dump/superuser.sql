-- What takes a superuser to make, and so --trust-schema to load.
ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO dump_reader;
COMMENT ON SCHEMA public IS 'ours';
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dump_reader;
CREATE SCHEMA app;
CREATE SCHEMA theirs AUTHORIZATION dump_editor;
GRANT CREATE ON SCHEMA theirs TO dump_reader;

-- types
CREATE TYPE app.number;
CREATE FUNCTION app.number_in(cstring) RETURNS app.number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION app.number_out(app.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE app.number (INPUT = app.number_in, OUTPUT = app.number_out, LIKE = integer, CATEGORY = 'N');
CREATE TYPE app.shell_only;
CREATE TYPE app.spread;
CREATE FUNCTION app.as_is(app.spread) RETURNS app.spread LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE app.spread AS RANGE (SUBTYPE = integer, CANONICAL = app.as_is);
CREATE CAST (app.number AS integer) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (integer AS xml) WITH INOUT;
CREATE TYPE app.colour AS ENUM ('red', 'green');
CREATE FUNCTION app.zz_to_colour(text) RETURNS app.colour LANGUAGE sql IMMUTABLE AS $$ SELECT 'red'::app.colour $$;
CREATE CAST (text AS app.colour) WITH FUNCTION app.zz_to_colour(text);
CREATE VIEW app.a_view_with_a_cast AS SELECT 'green'::text::app.colour AS colour;

-- operators, and what indexes make of them
CREATE FUNCTION app.number_cmp(app.number, app.number) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION app.number_lt(app.number, app.number) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION app.number_eq(app.number, app.number) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION app.number_gt(app.number, app.number) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE OPERATOR app.< (LEFTARG = app.number, RIGHTARG = app.number, FUNCTION = app.number_lt, COMMUTATOR = OPERATOR(app.>),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR app.= (LEFTARG = app.number, RIGHTARG = app.number, FUNCTION = app.number_eq, COMMUTATOR = OPERATOR(app.=),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR app.> (LEFTARG = app.number, RIGHTARG = app.number, FUNCTION = app.number_gt, COMMUTATOR = OPERATOR(app.<));
CREATE OPERATOR FAMILY app.numbers USING btree;
CREATE OPERATOR CLASS app.number_ops DEFAULT FOR TYPE app.number USING btree FAMILY app.numbers AS
    OPERATOR 1 app.<, OPERATOR 3 app.=, OPERATOR 5 app.>, FUNCTION 1 app.number_cmp(app.number, app.number);
ALTER OPERATOR FAMILY app.numbers USING btree ADD FUNCTION 1 (app.number, integer) btint4cmp(integer, integer);
CREATE TABLE app.counted (a app.number);
CREATE INDEX counted_a ON app.counted (a app.number_ops);
CREATE ACCESS METHOD columns TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE app.in_columns (a integer) USING columns;

-- languages
CREATE FUNCTION app.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE plodd HANDLER app.handler;
COMMENT ON LANGUAGE plodd IS 'another name for plpgsql';
CREATE FUNCTION app.odd() RETURNS integer LANGUAGE plodd AS $$ BEGIN RETURN 1; END $$;
REVOKE USAGE ON LANGUAGE plodd FROM PUBLIC;
CREATE TEXT SEARCH PARSER app.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY app.plain_words (TEMPLATE = app.plain, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION app.plain_search (PARSER = app.words);

-- other servers
CREATE FOREIGN DATA WRAPPER nowhere OPTIONS (debug 'true');
CREATE SERVER "odd server" TYPE 'kind' VERSION '1' FOREIGN DATA WRAPPER nowhere OPTIONS (host 'example.com', password 'of a server');
GRANT USAGE ON FOREIGN SERVER "odd server" TO dump_reader;
CREATE USER MAPPING FOR dump_reader SERVER "odd server" OPTIONS (user 'reader', password 'it''s a secret');
CREATE USER MAPPING FOR CURRENT_USER SERVER "odd server" OPTIONS (user 'owner');
CREATE USER MAPPING FOR PUBLIC SERVER "odd server";
CREATE FOREIGN TABLE app.far (a integer OPTIONS (name 'b') NOT NULL, CHECK (a > 0)) SERVER "odd server" OPTIONS (remote 'x');
CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root);

-- what another role owns
CREATE TABLE theirs.kept (a serial PRIMARY KEY, b text);
ALTER TABLE theirs.kept OWNER TO dump_editor;
CREATE FUNCTION theirs.f(app.counted) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER FUNCTION theirs.f(app.counted) OWNER TO dump_editor;
CREATE VIEW theirs.v AS SELECT theirs.f(c) FROM app.counted c;
ALTER VIEW theirs.v OWNER TO dump_editor;

-- event triggers, one of which stands in the way of whatever comes after it
CREATE FUNCTION app.no_more() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more of %', tg_tag; END $$;
CREATE EVENT TRIGGER a_idle ON sql_drop WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION app.no_more();
ALTER EVENT TRIGGER a_idle DISABLE;
COMMENT ON EVENT TRIGGER a_idle IS 'asleep';
CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION app.no_more();
