-- Something of every kind. <name> is a name to be, <=name> that as a text, <'a.b'> as a text that names an object.
-- A blank line ends a block; a block may begin with "-- since 15", or with "-- stays".

CREATE SCHEMA <sales>;
CREATE SCHEMA <extras>;
CREATE SCHEMA <published>;
CREATE EXTENSION {extension} SCHEMA <extras>;
ALTER SCHEMA <extras> OWNER TO <owner>;
COMMENT ON SCHEMA <sales> IS <=note>;
GRANT USAGE ON SCHEMA <sales> TO <reader> WITH GRANT OPTION;
GRANT CREATE, USAGE ON SCHEMA <sales> TO <owner>;
ALTER DEFAULT PRIVILEGES FOR ROLE <owner> IN SCHEMA <sales> GRANT SELECT ON TABLES TO <reader>;
ALTER DEFAULT PRIVILEGES FOR ROLE <owner> REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION plpgsql_validator(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION plpgsql_validator(oid) TO <reader>;

-- stays: nothing drops a base type but CASCADE
CREATE SCHEMA <kept>;
CREATE TYPE <kept>.<raw>;
CREATE FUNCTION <kept>.<raw_in>(cstring) RETURNS <kept>.<raw> LANGUAGE internal STRICT IMMUTABLE AS 'int4in';
CREATE FUNCTION <kept>.<raw_out>(<kept>.<raw>) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int4out';
CREATE TYPE <kept>.<raw> (INPUT = <kept>.<raw_in>, OUTPUT = <kept>.<raw_out>, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, DEFAULT = '1');

CREATE COLLATION <sales>.<coll> (locale = 'C');
CREATE CONVERSION <sales>.<conv> FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE FUNCTION <sales>.<handler>() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE <lang> HANDLER <sales>.<handler>;
CREATE ACCESS METHOD <method> TYPE INDEX HANDLER gisthandler;
CREATE ACCESS METHOD <storage> TYPE TABLE HANDLER heap_tableam_handler;

CREATE TYPE <sales>.<shell>;
CREATE TYPE <sales>.<mood> AS ENUM (<=sad>, <=fine>, <=glad>);
CREATE TYPE <sales>.<pair> AS (<x> int, <y> text COLLATE <sales>.<coll>, <z> <sales>.<mood>);
CREATE DOMAIN <sales>.<price> AS int DEFAULT 1 CONSTRAINT <positive> CHECK (VALUE > 0);
CREATE DOMAIN <sales>.<word> AS text COLLATE <sales>.<coll> DEFAULT <=word> NOT NULL CONSTRAINT <not_this> CHECK (VALUE <> <=this>);
CREATE FUNCTION <sales>.<distance>(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE TYPE <sales>.<span> AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = <sales>.<distance>, MULTIRANGE_TYPE_NAME = <sales>.<spans>);
COMMENT ON TYPE <sales>.<mood> IS <=note>;
COMMENT ON COLUMN <sales>.<pair>.<x> IS <=note>;
COMMENT ON CONSTRAINT <positive> ON DOMAIN <sales>.<price> IS <=note>;
ALTER TYPE <sales>.<pair> OWNER TO <owner>;
ALTER TYPE <kept>.<raw> OWNER TO <owner>;
GRANT USAGE ON TYPE <sales>.<mood> TO <reader>;
REVOKE USAGE ON TYPE <sales>.<price> FROM PUBLIC;

CREATE SEQUENCE <sales>.<numbers> AS int INCREMENT 2 CACHE 5;
CREATE SEQUENCE <sales>.<owned_numbers>;
CREATE TABLE <sales>.<customers> (
    <id> int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME <sales>.<customers_ids>) CONSTRAINT <customers_key> PRIMARY KEY,
    <number> int DEFAULT nextval(<'sales.numbers'>),
    <owned> bigint DEFAULT nextval(<'sales.owned_numbers'>) CONSTRAINT <owned_there> NOT NULL,
    <name> text COLLATE <sales>.<coll> DEFAULT <=name> CONSTRAINT <name_given> CHECK (<name> <> <=bad>),
    <twice> int GENERATED ALWAYS AS (<number> * 2) STORED,
    <feeling> <sales>.<mood> DEFAULT <=sad>,
    <pair> <sales>.<pair>,
    <pairs> <sales>.<pair>[],
    <cost> <sales>.<price>,
    <label> <sales>.<word>,
    <during> <sales>.<span>,
    <raw> <kept>.<raw> DEFAULT '7',
    CONSTRAINT <customers_number> UNIQUE (<number>, <name>),
    CONSTRAINT <customers_apart> EXCLUDE USING btree (<cost> WITH =) WHERE (<cost> > 1));
ALTER SEQUENCE <sales>.<owned_numbers> OWNED BY <sales>.<customers>.<owned>;
CREATE INDEX <customers_lower> ON <sales>.<customers> (lower(<name>) COLLATE <sales>.<coll>, (<number> + 1)) INCLUDE (<twice>) WHERE <feeling> = <=sad>;
ALTER INDEX <sales>.<customers_lower> ALTER COLUMN 2 SET STATISTICS 50;
ALTER TABLE <sales>.<customers> CLUSTER ON <customers_number>;
ALTER TABLE <sales>.<customers> REPLICA IDENTITY USING INDEX <customers_key>;
ALTER TABLE <sales>.<customers> ALTER <name> SET STATISTICS 10, ALTER <name> SET (n_distinct = 5), ALTER <name> SET STORAGE EXTERNAL;
ALTER TABLE <sales>.<customers> SET (fillfactor = 90, toast.autovacuum_enabled = false);
CREATE STATISTICS <sales>.<customers_stats> (ndistinct) ON <name>, <number> FROM <sales>.<customers>;
CREATE STATISTICS <sales>.<customers_expr> ON (lower(<name>)), <number> FROM <sales>.<customers>;
ALTER TABLE <sales>.<customers> OWNER TO <owner>;
GRANT SELECT, INSERT ON <sales>.<customers> TO <reader> WITH GRANT OPTION;
GRANT UPDATE (<name>, <number>) ON <sales>.<customers> TO <reader>;
GRANT USAGE ON SEQUENCE <sales>.<numbers> TO <reader>;
COMMENT ON TABLE <sales>.<customers> IS <=note>;
COMMENT ON COLUMN <sales>.<customers>.<name> IS <=note>;
COMMENT ON CONSTRAINT <name_given> ON <sales>.<customers> IS <=note>;
COMMENT ON INDEX <sales>.<customers_lower> IS <=note>;
COMMENT ON STATISTICS <sales>.<customers_stats> IS <=note>;
COMMENT ON SEQUENCE <sales>.<numbers> IS <=note>;

CREATE TABLE <sales>.<orders> (<id> int, <customer> int, <stamp> timestamp, <kind> text, CONSTRAINT <orders_key> PRIMARY KEY (<id>, <kind>)) PARTITION BY LIST (<kind>);
CREATE TABLE <sales>.<orders_odd> PARTITION OF <sales>.<orders> FOR VALUES IN (<=odd>, <=even>);
CREATE TABLE <sales>.<orders_rest> PARTITION OF <sales>.<orders> DEFAULT PARTITION BY RANGE (<id>);
CREATE TABLE <sales>.<orders_rest_1> PARTITION OF <sales>.<orders_rest> (<stamp> DEFAULT now()) FOR VALUES FROM (1) TO (9);
CREATE INDEX <orders_customer> ON <sales>.<orders> (<customer>);
ALTER TABLE <sales>.<orders> ADD CONSTRAINT <orders_customer_there> FOREIGN KEY (<customer>) REFERENCES <sales>.<customers> (<id>) ON DELETE CASCADE DEFERRABLE;
CREATE TABLE <sales>.<lines> (<id> int, <kind> text, CONSTRAINT <lines_order> FOREIGN KEY (<id>, <kind>) REFERENCES <sales>.<orders> (<id>, <kind>) NOT VALID);
CREATE TABLE <sales>.<base> (<a> int DEFAULT 1, <b> text, CONSTRAINT <base_b> CHECK (<b> <> <=bad>));
CREATE TABLE <sales>.<child> (<c> int) INHERITS (<sales>.<base>);
CREATE TABLE <sales>.<typed> OF <sales>.<pair> (<x> DEFAULT 3);
CREATE TABLE <sales>.<turned> (<a> int);
CREATE UNLOGGED TABLE <sales>.<stored> (<a> int) USING <storage>;
CREATE INDEX <by_method> ON <sales>.<customers> USING gist (<during> range_ops);

CREATE VIEW <sales>.<names> AS SELECT <name>, <number> AS <no>, <cost> FROM <sales>.<customers> WHERE <feeling> = <=sad>;
CREATE VIEW <sales>.<more_names> (<one>, <two>) WITH (security_barrier) AS SELECT n.<name>, count(*) FROM <sales>.<names> n GROUP BY n.<name>;
ALTER VIEW <sales>.<names> ALTER <no> SET DEFAULT 3;
CREATE MATERIALIZED VIEW <sales>.<totals> WITH (fillfactor = 70) AS SELECT <one> AS <total>, <two> AS <count> FROM <sales>.<more_names>;
CREATE UNIQUE INDEX <totals_one> ON <sales>.<totals> (<total>);
GRANT SELECT ON <sales>.<totals> TO <reader>;
COMMENT ON VIEW <sales>.<names> IS <=note>;
COMMENT ON COLUMN <sales>.<names>.<no> IS <=note>;
COMMENT ON MATERIALIZED VIEW <sales>.<totals> IS <=note>;
CREATE RULE <names_rule> AS ON INSERT TO <sales>.<names> DO INSTEAD INSERT INTO <sales>.<lines> (<id>, <kind>) VALUES (new.<no>, <=kind>);
COMMENT ON RULE <names_rule> ON <sales>.<names> IS <=note>;
CREATE RULE <lines_rule> AS ON DELETE TO <sales>.<lines> DO ALSO NOTIFY <channel>;
ALTER TABLE <sales>.<lines> DISABLE RULE <lines_rule>;

CREATE FUNCTION <sales>.<plain>(<first> int, <second> <sales>.<mood> DEFAULT <=sad>, VARIADIC <rest> text[] DEFAULT ARRAY[<=rest>]) RETURNS int LANGUAGE sql SET search_path = <sales>, <extras> AS $body$SELECT 1$body$;
CREATE FUNCTION <sales>.<atomic>(<wanted> text, OUT <got> int, OUT <more> text) RETURNS SETOF record LANGUAGE sql BEGIN ATOMIC SELECT <number>, <name> FROM <sales>.<customers> WHERE <name> = <wanted>; END;
CREATE FUNCTION <sales>.<table_of>(<wanted> text) RETURNS TABLE (<one> <sales>.<pair>, <two> int) LANGUAGE sql AS $body$SELECT NULL::<sales>.<pair>, 1$body$;
CREATE FUNCTION <sales>.<rows_of>() RETURNS SETOF <sales>.<names> LANGUAGE sql SET application_name = <=app> AS $body$SELECT * FROM <sales>.<names> WHERE <name> <> <=bad>$body$;
CREATE FUNCTION <sales>.<audit>() RETURNS trigger LANGUAGE <lang> AS $body$BEGIN RETURN NEW; END$body$;
CREATE FUNCTION <sales>.<watch>() RETURNS event_trigger LANGUAGE plpgsql AS $body$BEGIN END$body$;
CREATE PROCEDURE <sales>.<work>(<first> int, INOUT <second> text DEFAULT <=second>) LANGUAGE plpgsql AS $body$BEGIN END$body$;
CREATE FUNCTION <sales>.<step>(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS $body$SELECT 1$body$;
CREATE AGGREGATE <sales>.<sum_of>(<value> int) (SFUNC = <sales>.<step>, STYPE = int, INITCOND = '0');
CREATE FUNCTION <sales>.<mood_of>(int) RETURNS <sales>.<mood> LANGUAGE sql IMMUTABLE AS $body$SELECT NULL::<sales>.<mood>$body$;
CREATE CAST (int AS <sales>.<mood>) WITH FUNCTION <sales>.<mood_of>(int) AS ASSIGNMENT;
CREATE FUNCTION <sales>.<equal>(<sales>.<pair>, <sales>.<pair>) RETURNS boolean LANGUAGE sql IMMUTABLE AS $body$SELECT true$body$;
CREATE FUNCTION <sales>.<compare>(<sales>.<pair>, <sales>.<pair>) RETURNS int LANGUAGE sql IMMUTABLE AS $body$SELECT 1$body$;
CREATE FUNCTION <sales>.<hashed>(<sales>.<pair>) RETURNS int LANGUAGE sql IMMUTABLE AS $body$SELECT 1$body$;
CREATE OPERATOR <sales>.=== (FUNCTION = <sales>.<equal>, LEFTARG = <sales>.<pair>, RIGHTARG = <sales>.<pair>, COMMUTATOR = OPERATOR(<sales>.===));
CREATE OPERATOR FAMILY <sales>.<family> USING hash;
CREATE OPERATOR CLASS <sales>.<hash_class> FOR TYPE <sales>.<pair> USING hash FAMILY <sales>.<family> AS OPERATOR 1 <sales>.===, FUNCTION 1 <sales>.<hashed>(<sales>.<pair>);
CREATE OPERATOR FAMILY <sales>.<loose> USING btree;
ALTER OPERATOR FAMILY <sales>.<loose> USING btree ADD FUNCTION 1 (<sales>.<pair>, <sales>.<pair>) <sales>.<compare>(<sales>.<pair>, <sales>.<pair>);
CREATE INDEX <customers_hash> ON <sales>.<customers> USING hash (<pair> <sales>.<hash_class>);
CREATE FUNCTION <sales>.<from_sql>(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'prsd_lextype';
CREATE TRANSFORM FOR <sales>.<pair> LANGUAGE <lang> (FROM SQL WITH FUNCTION <sales>.<from_sql>(internal));
ALTER FUNCTION <sales>.<plain>(int, <sales>.<mood>, text[]) OWNER TO <owner>;
ALTER FUNCTION <sales>.<plain>(int, <sales>.<mood>, text[]) DEPENDS ON EXTENSION {extension};
GRANT EXECUTE ON FUNCTION <sales>.<plain>(int, <sales>.<mood>, text[]) TO <reader>;
REVOKE EXECUTE ON PROCEDURE <sales>.<work>(int, text) FROM PUBLIC;
GRANT USAGE ON LANGUAGE <lang> TO <reader>;
COMMENT ON FUNCTION <sales>.<plain>(int, <sales>.<mood>, text[]) IS <=note>;
COMMENT ON PROCEDURE <sales>.<work>(int, text) IS <=note>;
COMMENT ON AGGREGATE <sales>.<sum_of>(int) IS <=note>;
COMMENT ON CAST (int AS <sales>.<mood>) IS <=note>;
COMMENT ON OPERATOR <sales>.=== (<sales>.<pair>, <sales>.<pair>) IS <=note>;
COMMENT ON OPERATOR CLASS <sales>.<hash_class> USING hash IS <=note>;
COMMENT ON OPERATOR FAMILY <sales>.<loose> USING btree IS <=note>;
COMMENT ON TRANSFORM FOR <sales>.<pair> LANGUAGE <lang> IS <=note>;
COMMENT ON LANGUAGE <lang> IS <=note>;
COMMENT ON ACCESS METHOD <method> IS <=note>;
COMMENT ON COLLATION <sales>.<coll> IS <=note>;
COMMENT ON CONVERSION <sales>.<conv> IS <=note>;

CREATE TRIGGER <lines_audit> BEFORE INSERT OR UPDATE OF <kind> ON <sales>.<lines> FOR EACH ROW WHEN (new.<kind> <> <=kind>) EXECUTE FUNCTION <sales>.<audit>(<=argument>, 2);
CREATE TRIGGER <orders_audit> AFTER UPDATE ON <sales>.<orders> FOR EACH ROW EXECUTE FUNCTION <sales>.<audit>();
ALTER TABLE <sales>.<orders_odd> DISABLE TRIGGER <orders_audit>;
CREATE TRIGGER <lines_changes> AFTER UPDATE ON <sales>.<lines> REFERENCING OLD TABLE AS <old_rows> NEW TABLE AS <new_rows> FOR EACH STATEMENT EXECUTE FUNCTION <sales>.<audit>();
CREATE CONSTRAINT TRIGGER <lines_late> AFTER INSERT ON <sales>.<lines> FROM <sales>.<customers> DEFERRABLE FOR EACH ROW EXECUTE FUNCTION <sales>.<audit>();
ALTER TRIGGER <lines_audit> ON <sales>.<lines> DEPENDS ON EXTENSION {extension};
COMMENT ON TRIGGER <lines_audit> ON <sales>.<lines> IS <=note>;
CREATE EVENT TRIGGER <watcher> ON ddl_command_end WHEN TAG IN ('CREATE CONVERSION') EXECUTE FUNCTION <sales>.<watch>();
ALTER EVENT TRIGGER <watcher> DISABLE;
COMMENT ON EVENT TRIGGER <watcher> IS <=note>;
ALTER TABLE <sales>.<lines> ENABLE ROW LEVEL SECURITY;
CREATE POLICY <lines_policy> ON <sales>.<lines> FOR UPDATE TO <reader>, <owner> USING (<kind> = <=kind>) WITH CHECK (<id> IN (SELECT <id> FROM <sales>.<customers>));
COMMENT ON POLICY <lines_policy> ON <sales>.<lines> IS <=note>;

CREATE TEXT SEARCH PARSER <sales>.<parser> (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE <sales>.<template> (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY <sales>.<dict> (TEMPLATE = <sales>.<template>, accept = false);
CREATE TEXT SEARCH CONFIGURATION <sales>.<config> (PARSER = <sales>.<parser>);
ALTER TEXT SEARCH CONFIGURATION <sales>.<config> ADD MAPPING FOR asciiword WITH <sales>.<dict>, simple;
CREATE INDEX <lines_search> ON <sales>.<lines> USING gin (to_tsvector(<'sales.config'>::regconfig, <kind>));
COMMENT ON TEXT SEARCH PARSER <sales>.<parser> IS <=note>;
COMMENT ON TEXT SEARCH TEMPLATE <sales>.<template> IS <=note>;
COMMENT ON TEXT SEARCH DICTIONARY <sales>.<dict> IS <=note>;
COMMENT ON TEXT SEARCH CONFIGURATION <sales>.<config> IS <=note>;
ALTER TEXT SEARCH DICTIONARY <sales>.<dict> OWNER TO <owner>;

CREATE FOREIGN DATA WRAPPER <wrapper> OPTIONS (<option> <=value>);
CREATE SERVER <server> TYPE <=type> VERSION <=version> FOREIGN DATA WRAPPER <wrapper> OPTIONS (<option> <=value>);
CREATE USER MAPPING FOR <reader> SERVER <server> OPTIONS (<option> <=value>);
CREATE USER MAPPING FOR PUBLIC SERVER <server>;
CREATE FOREIGN TABLE <sales>.<remote> (<a> int OPTIONS (<option> <=value>), <b> text) SERVER <server> OPTIONS (<option> <=value>);
GRANT USAGE ON FOREIGN SERVER <server> TO <reader>;
GRANT USAGE ON FOREIGN DATA WRAPPER <wrapper> TO <reader>;
COMMENT ON FOREIGN DATA WRAPPER <wrapper> IS <=note>;
COMMENT ON SERVER <server> IS <=note>;
COMMENT ON FOREIGN TABLE <sales>.<remote> IS <=note>;

CREATE PUBLICATION <news> FOR TABLE <sales>.<base>, <sales>.<customers> WITH (publish = 'insert');
CREATE SUBSCRIPTION <paper> CONNECTION 'dbname=nowhere' PUBLICATION <news>, <olds> WITH (connect = false, slot_name = NONE);
COMMENT ON PUBLICATION <news> IS <=note>;
COMMENT ON SUBSCRIPTION <paper> IS <=note>;

-- since 15
CREATE PUBLICATION <columns> FOR TABLE <sales>.<base> (<a>, <b>) WHERE (<b> <> <=bad>);
CREATE PUBLICATION <whole> FOR TABLES IN SCHEMA <published>;
