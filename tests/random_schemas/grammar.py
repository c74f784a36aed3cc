"""What random schemas are made of: one statement a kind, with choices.

``{a|b}`` is one of several, ``<rule>`` what a rule of that name says, or else the name of an object of that kind that
was made before; ``<new>`` the object's own. PostgreSQL decides which of it is a schema: what it refuses is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("property_reader", 'property "owner"')
RULES = {
    "role": '{property_reader|"property ""owner"}',
    "column": '{id|a|"B b"|"select"|d}',
    "type": "{int|text|bigint|numeric({10|12},2)|varchar({10|20})|timestamp|date|boolean|jsonb|text[]|<enum>|<domain>|<composite>|<range>|<enum>[]|<raw>}",
    "definition": "{int{| DEFAULT {1|2}| GENERATED ALWAYS AS (id {+|*} 2) STORED| CHECK ({1|2} > 0)}|text{| COLLATE {\"C\"|<collation>}}{| DEFAULT '{x|y''s}'| DEFAULT <function>({1|2})}|bigint DEFAULT nextval('<sequence>')|<type>|<type>|<type>}{|| NOT NULL}",
    "columns": 'id {int|bigint}{| PRIMARY KEY| GENERATED {ALWAYS|BY DEFAULT} AS IDENTITY{| (INCREMENT {2|3})}| NOT NULL|serial}, a <definition>, {"B b" <definition>, |}{"select" <definition>, |}d {int|text|date}',
    "with": "{|| WITH (fillfactor = {70|90})| WITH (autovacuum_enabled = {true|false})}",
    "query": "{SELECT id, a, d FROM <table>|SELECT id, a FROM <table> WHERE id > {1|2}|SELECT t.id, t.a AS \"B b\", u.a FROM <table> t JOIN <table> AS u(id, a) USING (id)|SELECT * FROM <table>|SELECT id, count(*) AS a FROM <table> GROUP BY id|SELECT id, a FROM <view>|SELECT id, <function>(id::int) AS a FROM <table>|SELECT id, a FROM <view> UNION ALL SELECT 1, NULL|SELECT '{x|y}'::<enum> AS id, 1 AS a|SELECT id, a FROM <matview>|VALUES (1, 2), (3, 4)|WITH w AS (SELECT id FROM <table>) SELECT id, id AS a FROM w}",
    "condition": "{id > {1|2}|a IS NOT NULL|id IN ({1|2}, 3)|<function>(id::int) <> 'x'|\"select\" IS NULL|d IS NOT NULL}",
    "events": "{INSERT|INSERT OR UPDATE|UPDATE OF {a|d}|DELETE}",
    "arguments": '{int|x int|x int DEFAULT {1|2}|"X y" int}',
    "body": "{LANGUAGE sql {|STABLE |IMMUTABLE }AS $_${SELECT 'x'|SELECT 'y'}::text$_$|LANGUAGE sql {|IMMUTABLE }RETURN '{x|y}'::text|LANGUAGE plpgsql {|STRICT |SECURITY DEFINER |SET search_path = {public|''} |COST {5|6} }AS $_$BEGIN RETURN '{1|2}'; END$_$|LANGUAGE sql BEGIN ATOMIC {SELECT a::text FROM <table>|SELECT id::text FROM <view>|SELECT 'x'::text}; END}",
    "text": "{one|two|it''s \"%s\" \\\\n}",
    "fdw": "{|OPTIONS (a '{1|2}')|OPTIONS (b '3')}",
    "bound": "{FOR VALUES FROM ({1|2}) TO ({8|9})|FOR VALUES FROM (10) TO (20)|DEFAULT}",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How many of a kind a schema has at most, and how one is made."""

    name: str
    most: int
    sql: str
    where: str = "schema"
    """What its name is unique in: a schema, the database, a table; "" for what has no name of its own."""
    swaps: str = ""
    """Kinds of the same word can take each other's names."""


KINDS = (
    Kind("schema", 2, "CREATE SCHEMA <new>", "database"),
    Kind("extension", 1, "CREATE EXTENSION {hstore|citext} SCHEMA {<schema>|public}", ""),
    Kind("default_privileges", 1, "ALTER DEFAULT PRIVILEGES {|IN SCHEMA <schema> }GRANT {SELECT ON TABLES|ALL ON TABLES|USAGE ON SEQUENCES} TO <role>", ""),
    Kind("collation", 1, "CREATE COLLATION <new> (locale = '{C|POSIX}')"),
    Kind("enum", 2, "CREATE TYPE <new> AS ENUM ({'x', 'y'|'y', 'x'|'x', 'z', 'y'|'x', 'y', 'z'})", swaps="type"),
    Kind("domain", 2, "CREATE DOMAIN <new> AS {int|text}{| DEFAULT {'1'|'2'}}{| NOT NULL}{| CHECK (VALUE {<>|>} '0')| CONSTRAINT <other> CHECK (VALUE <> '{0|5}')}", swaps="type"),
    Kind("composite", 2, "CREATE TYPE <new> AS (x {int|bigint|text}{|, y {text|<enum>|<domain>}}{|, z {text|<composite>} })", swaps="type"),
    Kind("range", 1, "CREATE TYPE <new> AS RANGE (SUBTYPE = {int|float8|text}{|, COLLATION = <collation>})", swaps="type"),
    Kind("raw", 1, "CREATE TYPE <new>; CREATE FUNCTION <new>_in(cstring) RETURNS <new> LANGUAGE internal IMMUTABLE STRICT AS 'int4in'; CREATE FUNCTION <new>_out(<new>) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'; CREATE TYPE <new> (INPUT = <new>_in, OUTPUT = <new>_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4{|, DEFAULT = '1'})", "stays"),
    Kind("sequence", 2, "CREATE SEQUENCE <new>{| AS {int|smallint}}{| INCREMENT {2|-1}}{| CACHE 5}{| CYCLE}", swaps="relation"),
    Kind("function", 3, "CREATE FUNCTION <new>(<arguments>) RETURNS text <body>", swaps="routine"),
    Kind("table", 4, "CREATE {|||UNLOGGED }TABLE <new> (<columns>)<with>", swaps="relation"),
    Kind("table", 1, "CREATE TABLE <new> OF <composite>{| (x NOT NULL)| (x DEFAULT '1')}", swaps="relation"),
    Kind("table", 2, "CREATE TABLE <new> ({|e {int|text}|a text}) INHERITS (<table>{|, <table>})", swaps="relation"),
    Kind("whole", 2, "CREATE TABLE <new> (id {int|bigint}{| NOT NULL}, a <type>, d {int|text}{| DEFAULT '1'}{|, PRIMARY KEY (id)|, UNIQUE (id, d)}) PARTITION BY RANGE ({id|id|id, d})", swaps="relation"),
    Kind("part", 3, "CREATE TABLE <new> PARTITION OF <whole>{| (a {DEFAULT NULL|NOT NULL})} <bound>", swaps="relation"),
    Kind("part", 1, "CREATE TABLE <new> PARTITION OF <whole> <bound> PARTITION BY {RANGE|LIST} (id)", swaps="relation"),
    Kind("view", 3, "CREATE VIEW <new>{|| WITH (security_barrier)} AS <query>{|||| WITH CHECK OPTION}", swaps="relation"),
    Kind("matview", 2, "CREATE MATERIALIZED VIEW <new><with> AS <query>{|| WITH NO DATA}", swaps="relation"),
    Kind("view", 2, "CREATE VIEW <new> AS <query>", swaps="relation"),
    Kind("function", 1, "CREATE FUNCTION <new>(<arguments>) RETURNS {SETOF <table>|SETOF <view>|TABLE (p int, q {text|<enum>})|<composite>} LANGUAGE {sql STABLE|plpgsql} AS $_$SELECT NULL$_$", swaps="routine"),
    Kind("procedure", 1, "CREATE PROCEDURE <new>(<arguments>{|, INOUT y text}) LANGUAGE plpgsql AS $_$BEGIN{|; COMMIT;} END$_$", swaps="routine"),
    Kind("aggregate", 1, "CREATE AGGREGATE <new>(int) (SFUNC = {int4pl|int4mul}, STYPE = int{|, INITCOND = '{0|1}'})", swaps="routine"),
    Kind("trigger_function", 1, "CREATE FUNCTION <new>() RETURNS trigger LANGUAGE plpgsql AS $_$BEGIN RETURN {NEW|NULL}; END$_$"),
    Kind("event_function", 1, "CREATE FUNCTION <new>() RETURNS event_trigger LANGUAGE plpgsql AS $_$BEGIN END$_$"),
    Kind("constraint", 4, "ALTER TABLE {<table>|<table>|<whole>|<part>} ADD CONSTRAINT <new> {CHECK (<condition>){| NOT VALID| NO INHERIT}|UNIQUE {|NULLS NOT DISTINCT }(<column>{|, <column>})|PRIMARY KEY (id)|UNIQUE (id{|, d}){| DEFERRABLE}|EXCLUDE USING btree (<column> WITH =)}", "table"),
    Kind("key", 3, "ALTER TABLE {<table>|<whole>|<part>} ADD CONSTRAINT <new> FOREIGN KEY ({id|id|id, d}) REFERENCES {<table>|<whole>|<part>}{| (id)}{| ON DELETE {CASCADE|SET NULL}| DEFERRABLE| NOT VALID}", "table"),
    Kind("index", 4, "CREATE {|UNIQUE }INDEX <new> ON {|||ONLY }{<table>|<table>|<whole>|<part>|<matview>} {|USING hash |USING btree }({<column>|<column>{| DESC}|(<function>(id::int))|lower(d::text)}{||, id}){| INCLUDE (d)}<with>{|| WHERE <condition>}", "table"),
    Kind("settings", 3, "ALTER TABLE {<table>|<whole>|<part>} {REPLICA IDENTITY {FULL|NOTHING}|ENABLE ROW LEVEL SECURITY|ALTER {a|d} SET STATISTICS {10|20}|ALTER d SET STORAGE {EXTERNAL|MAIN}|ALTER d SET DEFAULT '{5|6}'|ALTER a SET (n_distinct = {3|4})|SET ({fillfactor = 50|toast.autovacuum_enabled = false})|ALTER a SET COMPRESSION pglz}", ""),
    Kind("marks", 1, "ALTER TABLE <table> {CLUSTER ON|REPLICA IDENTITY USING INDEX} <index>", ""),
    Kind("owned", 1, "ALTER SEQUENCE <sequence> OWNED BY <table>.{id|d}", ""),
    Kind("statistics", 1, "CREATE STATISTICS <new> {|(ndistinct) |(mcv, dependencies) }ON {id, d|id, a|(id + 1), d} FROM <table>"),
    Kind("trigger", 3, "CREATE TRIGGER <new> {BEFORE|AFTER} <events> ON {<table>|<whole>|<part>} FOR EACH {ROW|ROW|STATEMENT} {|WHEN ({new.id > {1|2}|pg_trigger_depth() = 0}) }EXECUTE FUNCTION <trigger_function>({|'{a|b''}'})", "table"),
    Kind("trigger", 1, "CREATE CONSTRAINT TRIGGER <new> AFTER <events> ON <table> {|DEFERRABLE }FOR EACH ROW EXECUTE FUNCTION <trigger_function>()", "table"),
    Kind("trigger", 1, "CREATE TRIGGER <new> INSTEAD OF {INSERT|DELETE} ON <view> FOR EACH ROW EXECUTE FUNCTION <trigger_function>()", "table"),
    Kind("trigger_state", 1, "ALTER TABLE {<table>|<whole>|<part>} {DISABLE|ENABLE ALWAYS} TRIGGER {<trigger>|USER}", ""),
    Kind("rule", 2, "CREATE RULE <new> AS ON {INSERT|DELETE|UPDATE} TO {<view>|<table>} DO {INSTEAD NOTHING|ALSO NOTIFY n|INSTEAD DELETE FROM <table>|ALSO INSERT INTO <table> (d) VALUES ('{1|2}')}", "table"),
    Kind("policy", 2, "CREATE POLICY <new> ON {<table>|<whole>|<part>}{| AS RESTRICTIVE} {|FOR {SELECT|UPDATE} }TO {PUBLIC|<role>|<role>} USING (<condition>)", "table"),
    Kind("event_trigger", 1, "CREATE EVENT TRIGGER <new> ON {ddl_command_end|sql_drop}{| WHEN TAG IN ('CREATE {LANGUAGE|CONVERSION}')} EXECUTE FUNCTION <event_function>()", "database"),
    Kind("compare", 1, "CREATE FUNCTION <new>(<composite>, <composite>) RETURNS boolean LANGUAGE sql IMMUTABLE AS $_$SELECT {true|false}$_$"),
    Kind("operator", 1, "CREATE OPERATOR {<schema>.|}=== (FUNCTION = <compare>, LEFTARG = <composite>, RIGHTARG = <composite>{|, COMMUTATOR = ===}{|, RESTRICT = eqsel})", ""),
    Kind("family", 1, "CREATE OPERATOR FAMILY <new> USING {btree|hash}"),
    Kind("class", 1, "CREATE OPERATOR CLASS <new> {|DEFAULT }FOR TYPE {<composite>|<enum>} USING {btree|hash}{| FAMILY <family>} AS STORAGE {int|text}"),
    Kind("caster", 1, "CREATE FUNCTION <new>(int) RETURNS <enum> LANGUAGE sql IMMUTABLE AS $_$SELECT NULL::<enum>$_$"),
    Kind("cast", 1, "CREATE CAST ({int|date|<composite>} AS {<enum>|text}) WITH {FUNCTION <caster>(int)|INOUT}{| AS {ASSIGNMENT|IMPLICIT}}", ""),
    Kind("conversion", 1, "CREATE CONVERSION <new> FOR 'LATIN1' TO 'UTF8' FROM {iso8859_1_to_utf8|iso8859_to_utf8}"),
    Kind("dictionary", 1, "CREATE TEXT SEARCH DICTIONARY <new> (TEMPLATE = simple{|, accept = {true|false}})"),
    Kind("configuration", 1, "CREATE TEXT SEARCH CONFIGURATION <new> (PARSER = default); ALTER TEXT SEARCH CONFIGURATION <new> ADD MAPPING FOR {word|word, url} WITH {<dictionary>|simple|<dictionary>, simple}"),
    Kind("wrapper", 1, "CREATE FOREIGN DATA WRAPPER <new> <fdw>", "database"),
    Kind("server", 1, "CREATE SERVER <new>{| VERSION '{1|2}'} FOREIGN DATA WRAPPER <wrapper> <fdw>", "database"),
    Kind("mapping", 2, "CREATE USER MAPPING FOR {PUBLIC|<role>} SERVER <server> <fdw>", ""),
    Kind("foreign", 1, "CREATE FOREIGN TABLE <new> (id int{| NOT NULL}, a {text|int}{| OPTIONS (a '{1|2}')}, d int) SERVER <server> <fdw>", swaps="relation"),
    Kind("publication", 2, "CREATE PUBLICATION <new> {FOR TABLE {<table>|<whole>|<part>}{| (id)| WHERE (id > {1|2})}|FOR TABLES IN SCHEMA <schema>|FOR ALL TABLES|}{| WITH (publish = '{insert|update}')}", "database"),
    Kind("comment", 4, "COMMENT ON {TABLE <table>|TABLE <whole>|VIEW <view>|COLUMN {<table>|<view>}.{id|a|d}|TYPE <enum>|DOMAIN <domain>|SEQUENCE <sequence>|SCHEMA <schema>|MATERIALIZED VIEW <matview>|FUNCTION <function>(int)|COLLATION <collation>|INDEX <index>} IS '<text>'", ""),
    Kind("grant", 5, "GRANT {{SELECT|INSERT, UPDATE|ALL} ON {<table>|<view>|<matview>|<whole>|<part>}|{SELECT|UPDATE} ({id|a|d}) ON {<table>|<view>}|USAGE ON SCHEMA <schema>|USAGE ON TYPE <enum>|ALL ON SEQUENCE <sequence>|EXECUTE ON FUNCTION <function>(int)|USAGE ON FOREIGN SERVER <server>} TO {PUBLIC|<role>}{| WITH GRANT OPTION}", ""),
    Kind("revoke", 1, "REVOKE {EXECUTE ON FUNCTION <function>(int)|USAGE ON TYPE {<domain>|<enum>}|ALL ON SCHEMA public} FROM PUBLIC", ""),
    Kind("owner", 3, "ALTER {TABLE <table>|TABLE <whole>|TABLE <part>|TYPE <enum>|SCHEMA <schema>|FUNCTION <function>(int)|SEQUENCE <sequence>|MATERIALIZED VIEW <matview>|DOMAIN <domain>|SERVER <server>} OWNER TO <role>", ""),
)  # fmt: skip
