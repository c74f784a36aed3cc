"""What a statement is about, whether it can run in a transaction, and where a plan has to commit."""

from __future__ import annotations

import psycopg2
import pytest
from conftest import Server

from difftool.model import Statement
from difftool.parse import qualified
from difftool.pg.connection import run, session
from difftool.rules.identify import identify
from difftool.rules.transaction import commit_points, transactional

IDENTITIES = [
    ("CREATE TABLE public.users (id integer)", "table", "public.users", "create"),
    ('CREATE TABLE "Odd Schema"."T" ()', "table", '"Odd Schema"."T"', "create"),
    ("CREATE TABLE IF NOT EXISTS a PARTITION OF b DEFAULT", "table", "a", "create"),
    ("CREATE TABLE a AS SELECT 1", "table", "a", "create"),
    ("SELECT 1 INTO a", "table", "a", "create"),
    ("DROP TABLE a.b, c CASCADE", "table", "a.b, c", "drop"),
    ("ALTER TABLE a.b RENAME TO c", "table", "a.b", "alter"),
    ("ALTER TABLE a.b SET SCHEMA c", "table", "a.b", "alter"),
    ("ALTER TABLE a.b OWNER TO c", "table", "a.b", "alter"),
    ("ALTER TABLE a.b ENABLE ROW LEVEL SECURITY", "table", "a.b", "alter"),
    ("ALTER TABLE a ATTACH PARTITION b DEFAULT", "table", "a", "alter"),
    ("ALTER TABLE a ADD COLUMN b integer, DROP COLUMN c", "table", "a", "alter"),
    ("ALTER TABLE ONLY a.b ADD COLUMN c integer", "column", "a.b.c", "create"),
    ('ALTER TABLE a.b ADD COLUMN "order" integer', "column", 'a.b."order"', "create"),
    ("ALTER TABLE a.b DROP COLUMN IF EXISTS c", "column", "a.b.c", "drop"),
    ("ALTER TABLE a.b ALTER c SET DEFAULT 1", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c DROP NOT NULL", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c TYPE text USING c::text", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b RENAME COLUMN c TO d", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ADD CONSTRAINT c CHECK (d > 0) NOT VALID", "constraint", "a.b.c", "create"),
    ("ALTER TABLE a.b ADD PRIMARY KEY (c)", "constraint", "a.b.primary", "create"),
    ("ALTER TABLE a.b DROP CONSTRAINT c", "constraint", "a.b.c", "drop"),
    ("ALTER TABLE a.b VALIDATE CONSTRAINT c", "constraint", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER CONSTRAINT c DEFERRABLE", "constraint", "a.b.c", "alter"),
    ("ALTER TABLE a.b RENAME CONSTRAINT c TO d", "constraint", "a.b.c", "alter"),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON a.b (c)", "index", "a.i", "create"),
    ("CREATE INDEX ON b (c)", "index", "b", "create"),
    ("DROP INDEX CONCURRENTLY a.i", "index", "a.i", "drop"),
    ("ALTER INDEX a.i RENAME TO j", "index", "a.i", "alter"),
    ("ALTER INDEX a.i ATTACH PARTITION a.j", "index", "a.i", "alter"),
    ("REINDEX INDEX a.i", "index", "a.i", "alter"),
    ("CREATE OR REPLACE VIEW a.v AS SELECT 1", "view", "a.v", "create"),
    ("DROP VIEW a.v", "view", "a.v", "drop"),
    ("ALTER VIEW a.v SET (security_barrier)", "view", "a.v", "alter"),
    ("CREATE MATERIALIZED VIEW a.m AS SELECT 1 WITH NO DATA", "materialized view", "a.m", "create"),
    ("DROP MATERIALIZED VIEW a.m", "materialized view", "a.m", "drop"),
    ("REFRESH MATERIALIZED VIEW a.m", "materialized view", "a.m", "alter"),
    ("CREATE FUNCTION a.f(x int, OUT y text) LANGUAGE sql AS ''", "function", "a.f(integer)", "create"),
    ("CREATE OR REPLACE PROCEDURE p(text[]) LANGUAGE sql AS ''", "procedure", "p(text[])", "create"),
    ("DROP FUNCTION a.f(integer)", "function", "a.f(integer)", "drop"),
    ("DROP FUNCTION a.f", "function", "a.f", "drop"),
    ("ALTER FUNCTION a.f(integer) STABLE", "function", "a.f(integer)", "alter"),
    ("ALTER FUNCTION a.f(integer) OWNER TO b", "function", "a.f(integer)", "alter"),
    ("CREATE AGGREGATE a.g(integer) (SFUNC = f, STYPE = integer)", "aggregate", "a.g(integer)", "create"),
    ("DROP AGGREGATE a.g(*)", "aggregate", "a.g(*)", "drop"),
    ("CREATE TRIGGER t AFTER INSERT ON a.b EXECUTE FUNCTION f()", "trigger", "a.b.t", "create"),
    ("DROP TRIGGER t ON a.b", "trigger", "a.b.t", "drop"),
    ("ALTER TRIGGER t ON a.b RENAME TO u", "trigger", "a.b.t", "alter"),
    ("CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()", "event trigger", "t", "create"),
    ("CREATE RULE r AS ON INSERT TO a.b DO NOTHING", "rule", "a.b.r", "create"),
    ("CREATE POLICY p ON a.b USING (true)", "policy", "a.b.p", "create"),
    ("ALTER POLICY p ON a.b TO c", "policy", "a.b.p", "alter"),
    ("DROP POLICY p ON a.b", "policy", "a.b.p", "drop"),
    ("CREATE TYPE a.e AS ENUM ('x')", "type", "a.e", "create"),
    ("CREATE TYPE a.c AS (x integer)", "type", "a.c", "create"),
    ("CREATE TYPE a.r AS RANGE (SUBTYPE = integer)", "type", "a.r", "create"),
    ("ALTER TYPE a.e ADD VALUE 'y'", "type", "a.e", "alter"),
    ("ALTER TYPE a.c DROP ATTRIBUTE x", "column", "a.c.x", "drop"),
    ("DROP TYPE a.e", "type", "a.e", "drop"),
    ("CREATE DOMAIN a.d AS integer", "domain", "a.d", "create"),
    ("ALTER DOMAIN a.d ADD CONSTRAINT c CHECK (VALUE > 0)", "constraint", "a.d.c", "create"),
    ("ALTER DOMAIN a.d SET NOT NULL", "domain", "a.d", "alter"),
    ("CREATE SEQUENCE a.s", "sequence", "a.s", "create"),
    ("ALTER SEQUENCE a.s OWNED BY a.b.c", "sequence", "a.s", "alter"),
    ("DROP SEQUENCE a.s", "sequence", "a.s", "drop"),
    ("CREATE SCHEMA a", "schema", "a", "create"),
    ("DROP SCHEMA a CASCADE", "schema", "a", "drop"),
    ('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', "extension", '"uuid-ossp"', "create"),
    ("ALTER EXTENSION citext UPDATE", "extension", "citext", "alter"),
    ("DROP EXTENSION citext", "extension", "citext", "drop"),
    ("COMMENT ON TABLE a.b IS 'x'", "comment", "a.b", "create"),
    ("COMMENT ON COLUMN a.b.c IS NULL", "comment", "a.b.c", "drop"),
    ("COMMENT ON FUNCTION f(integer) IS 'x'", "comment", "f(integer)", "create"),
    ("COMMENT ON TRIGGER t ON a.b IS 'x'", "comment", "a.b.t", "create"),
    ("GRANT SELECT ON a.b, c TO d", "grant", "a.b, c", "create"),
    ("REVOKE ALL ON SCHEMA a FROM PUBLIC", "grant", "a", "drop"),
    ("GRANT EXECUTE ON FUNCTION f(integer) TO d", "grant", "f(integer)", "create"),
    ("GRANT a TO b", "grant", "a", "create"),
    ("ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO b", "default privileges", "schema a", "alter"),
    ("CREATE STATISTICS a.s ON b, c FROM d", "statistics", "a.s", "create"),
    ("CREATE COLLATION a.c FROM \"C\"", "collation", "a.c", "create"),
    ("CREATE TEXT SEARCH CONFIGURATION a.c (COPY = simple)", "text search configuration", "a.c", "create"),
    ("CREATE OPERATOR a.+ (LEFTARG = integer, RIGHTARG = text, FUNCTION = f)", "operator",
     "a.+(integer, text)", "create"),
    ("DROP OPERATOR a.+ (integer, text)", "operator", "a.+(integer, text)", "drop"),
    ("CREATE OPERATOR CLASS a.o FOR TYPE integer USING btree AS STORAGE integer", "operator class",
     "a.o USING btree", "create"),
    ("DROP OPERATOR CLASS a.o USING btree", "operator class", "a.o USING btree", "drop"),
    ("CREATE CAST (integer AS text) WITH INOUT", "cast", "(integer AS text)", "create"),
    ("DROP CAST (integer AS text)", "cast", "(integer AS text)", "drop"),
    ("CREATE FOREIGN TABLE a.f (x integer) SERVER s", "foreign table", "a.f", "create"),
    ("CREATE SERVER s FOREIGN DATA WRAPPER w", "server", "s", "create"),
    ("CREATE USER MAPPING FOR PUBLIC SERVER s", "user mapping", "PUBLIC on server s", "create"),
    ("CREATE PUBLICATION p FOR ALL TABLES", "publication", "p", "create"),
    ("DROP SUBSCRIPTION s", "subscription", "s", "drop"),
    ("CREATE ROLE r", "role", "r", "create"),
    ("ALTER TABLE a.b ALTER c SET EXPRESSION AS (d + 1)", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c DROP EXPRESSION", "column", "a.b.c", "alter"),
    ("ALTER TABLE ONLY a.b ALTER c SET STATISTICS 10", "column", "a.b.c", "alter"),
    ("ALTER TABLE ONLY a.b ALTER c SET STORAGE PLAIN", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c SET COMPRESSION pglz", "column", "a.b.c", "alter"),
    ("ALTER TABLE ONLY a.b ALTER c SET (n_distinct = '5')", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c OPTIONS (SET d 'e')", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME a.s)", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c SET INCREMENT BY 5", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER c DROP IDENTITY", "column", "a.b.c", "alter"),
    ("ALTER TABLE a.b ADD CONSTRAINT c NOT NULL d NO INHERIT", "constraint", "a.b.c", "create"),
    ("ALTER TABLE a.b ALTER CONSTRAINT c NO INHERIT", "constraint", "a.b.c", "alter"),
    ("ALTER TABLE a.b ALTER CONSTRAINT c NOT ENFORCED", "constraint", "a.b.c", "alter"),
    ("ALTER TABLE a.b CLUSTER ON i", "table", "a.b", "alter"),
    ("ALTER TABLE a.b SET WITHOUT CLUSTER", "table", "a.b", "alter"),
    ("ALTER TABLE ONLY a.b REPLICA IDENTITY USING INDEX i", "table", "a.b", "alter"),
    ("ALTER TABLE a.b OF a.c", "table", "a.b", "alter"),
    ("ALTER TABLE a.b NOT OF", "table", "a.b", "alter"),
    ("ALTER TABLE a.b NO INHERIT a.c", "table", "a.b", "alter"),
    ("ALTER TABLE ONLY a.b DETACH PARTITION a.c", "table", "a.b", "alter"),
    ("ALTER TABLE a.b NO FORCE ROW LEVEL SECURITY", "table", "a.b", "alter"),
    ("ALTER TABLE ONLY a.b ENABLE ALWAYS TRIGGER t", "trigger", "a.b.t", "alter"),
    ("ALTER TABLE a.b DISABLE TRIGGER t", "trigger", "a.b.t", "alter"),
    ("ALTER TABLE a.b DISABLE TRIGGER ALL", "table", "a.b", "alter"),
    ("ALTER TABLE a.b ENABLE REPLICA RULE r", "rule", "a.b.r", "alter"),
    ("ALTER FOREIGN TABLE a.b OPTIONS (SET c 'd')", "foreign table", "a.b", "alter"),
    ("ALTER VIEW a.v RESET (security_invoker)", "view", "a.v", "alter"),
    ("ALTER MATERIALIZED VIEW a.m SET (fillfactor = '80')", "materialized view", "a.m", "alter"),
    ("REFRESH MATERIALIZED VIEW a.m WITH NO DATA", "materialized view", "a.m", "alter"),
    ("ALTER INDEX a.i ALTER COLUMN 1 SET STATISTICS 5", "index", "a.i", "alter"),
    ("ALTER INDEX a.i SET TABLESPACE pg_default", "index", "a.i", "alter"),
    ("ALTER SEQUENCE a.s SET UNLOGGED", "sequence", "a.s", "alter"),
    ("ALTER SEQUENCE a.s AS integer MAXVALUE 9", "sequence", "a.s", "alter"),
    ("ALTER SEQUENCE a.s RENAME TO s__replaced", "sequence", "a.s", "alter"),
    ("SELECT pg_catalog.setval('a.s', last_value, is_called) AS \"?column?\" FROM a.s__replaced", "sequence", "a.s",
     "alter"),
    ("SELECT setval('a.s'::regclass, 1)", "sequence", "a.s", "alter"),
    ("SELECT setval(pg_get_serial_sequence('a.b', 'c'), 1)", "statement", "SELECT setval(pg_get_serial_sequence('a.b', 'c'),",
     "alter"),
    ("ALTER DOMAIN a.d DROP NOT NULL", "domain", "a.d", "alter"),
    ("ALTER DOMAIN a.d DROP DEFAULT", "domain", "a.d", "alter"),
    ("ALTER DOMAIN a.d DROP CONSTRAINT c", "constraint", "a.d.c", "drop"),
    ("ALTER DOMAIN a.d VALIDATE CONSTRAINT c", "constraint", "a.d.c", "alter"),
    ("ALTER DOMAIN a.d ADD CONSTRAINT c NOT NULL", "constraint", "a.d.c", "create"),
    ("ALTER DOMAIN a.d RENAME TO d__replaced", "domain", "a.d", "alter"),
    ("ALTER TYPE a.c ADD ATTRIBUTE x integer", "column", "a.c.x", "create"),
    ("ALTER TYPE a.c ALTER ATTRIBUTE x TYPE text", "column", "a.c.x", "alter"),
    ("ALTER TYPE a.b SET (RECEIVE = NONE)", "type", "a.b", "alter"),
    ("DO 'BEGIN ALTER FUNCTION a.r(integer, integer) RENAME TO r__replaced; ALTER TYPE a.r RENAME TO r__replaced; END'",
     "type", "a.r", "alter"),
    ("DO $guard$ BEGIN IF EXISTS (SELECT FROM a.b) THEN RAISE EXCEPTION 'a.b holds rows by now: make a new plan'; END IF; "
     "END $guard$", "table", "a.b", "alter"),
    ("LOCK TABLE a.b IN ACCESS EXCLUSIVE MODE", "table", "a.b", "alter"),
    ("DO $guard$ BEGIN LOCK TABLE a.b IN ACCESS EXCLUSIVE MODE; END $guard$", "table", "a.b", "alter"),
    ("ALTER EXTENSION citext SET SCHEMA a", "extension", "citext", "alter"),
    ("ALTER COLLATION a.c RENAME TO c__replaced", "collation", "a.c", "alter"),
    ("ALTER STATISTICS a.s SET STATISTICS 5", "statistics", "a.s", "alter"),
    ("ALTER OPERATOR a.+ (integer, text) SET (RESTRICT = NONE)", "operator", "a.+(integer, text)", "alter"),
    ("ALTER PROCEDURE a.p(integer) SECURITY DEFINER", "procedure", "a.p(integer)", "alter"),
    ("ALTER OPERATOR FAMILY a.f USING btree ADD OPERATOR 1 <(integer, bigint)", "operator family", "a.f USING btree",
     "alter"),
    ("ALTER OPERATOR FAMILY a.f USING btree DROP FUNCTION 1 (integer, bigint)", "operator family", "a.f USING btree",
     "alter"),
    ("ALTER TEXT SEARCH CONFIGURATION a.c ALTER MAPPING FOR word WITH simple", "text search configuration", "a.c",
     "alter"),
    ("ALTER TEXT SEARCH CONFIGURATION a.c DROP MAPPING FOR word", "text search configuration", "a.c", "alter"),
    ("ALTER TEXT SEARCH DICTIONARY a.d (accept = 'true')", "text search dictionary", "a.d", "alter"),
    ("CREATE TEXT SEARCH PARSER a.p (START = f, GETTOKEN = g, END = h, LEXTYPES = i)", "text search parser", "a.p",
     "create"),
    ("CREATE TEXT SEARCH TEMPLATE a.t (LEXIZE = f)", "text search template", "a.t", "create"),
    ("CREATE OR REPLACE TRANSFORM FOR a.t LANGUAGE l (FROM SQL WITH FUNCTION f(internal))", "transform",
     "for a.t language l", "create"),
    ("CREATE TRUSTED LANGUAGE l HANDLER h", "language", "l", "create"),
    ("CREATE ACCESS METHOD m TYPE INDEX HANDLER h", "access method", "m", "create"),
    ("CREATE CONVERSION a.c FOR 'LATIN1' TO 'UTF8' FROM f", "conversion", "a.c", "create"),
    ("ALTER SERVER s VERSION '2' OPTIONS (SET h 'x')", "server", "s", "alter"),
    ("ALTER FOREIGN DATA WRAPPER w NO VALIDATOR OPTIONS (SET a '2')", "foreign-data wrapper", "w", "alter"),
    ("ALTER USER MAPPING FOR b SERVER s OPTIONS (SET u 'x')", "user mapping", "b on server s", "alter"),
    ("ALTER PUBLICATION p ADD TABLE ONLY a.b (c) WHERE (c > 1)", "publication", "p", "alter"),
    ("ALTER PUBLICATION p DROP TABLES IN SCHEMA a", "publication", "p", "alter"),
    ("ALTER PUBLICATION p SET (publish = 'insert')", "publication", "p", "alter"),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE)", "subscription", "s",
     "create"),
    ("ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", "subscription", "s", "alter"),
    ("ALTER SUBSCRIPTION s SET (slot_name = NONE)", "subscription", "s", "alter"),
    ("ALTER EVENT TRIGGER t ENABLE ALWAYS", "event trigger", "t", "alter"),
    ("ALTER DEFAULT PRIVILEGES FOR ROLE r REVOKE ALL ON FUNCTIONS FROM PUBLIC", "default privileges", "role r", "alter"),
    ("REVOKE GRANT OPTION FOR SELECT (c) ON TABLE a.b FROM d", "grant", "a.b", "drop"),
    ("REVOKE USAGE ON FOREIGN SERVER s FROM d", "grant", "s", "drop"),
    ("SECURITY LABEL FOR p ON TABLE a.b IS 'x'", "security label", "a.b", "create"),
    ("SECURITY LABEL FOR p ON TABLE a.b IS NULL", "security label", "a.b", "drop"),
    ("COMMENT ON CONSTRAINT c ON DOMAIN a.d IS 'x'", "comment", "a.d.c", "create"),
    ("COMMENT ON OPERATOR CLASS a.o USING btree IS 'x'", "comment", "a.o USING btree", "create"),
    ("SET ROLE b", "session", "role", "set"),
    ("SET check_function_bodies = off", "session", "check_function_bodies", "set"),
    ("RESET ALL", "session", "all", "set"),
    ("SELECT pg_catalog.set_config('search_path', '', false)", "session", "search_path", "set"),
    ("SELECT 1", "statement", "SELECT 1", "alter"),
    ("DO $$ BEGIN END $$", "statement", "DO $$ BEGIN", "alter"),
    ("FROBNICATE THE whole thing", "statement", "FROBNICATE THE whole", "alter"),
    ("", "statement", "", "alter"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "kind", "name", "action"), IDENTITIES, ids=[row[0] for row in IDENTITIES])
def test_identify(sql: str, kind: str, name: str, action: str) -> None:
    assert identify(sql) == (kind, name, action)


def test_names_are_quoted_as_postgresql_does(server: Server) -> None:
    names = [
        "plain",
        "with_1",
        "_x",
        "1x",
        "Upper",
        "a b",
        'q"q',
        "select",
        "user",
        "between",
        "name",
        "größe",
        "$x",
        "x$",
    ]
    with session(server.admin) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(n) FROM unnest(%s) WITH ORDINALITY u(n, at) ORDER BY at", (names,))
        assert [qualified(name) for name in names] == [row[0] for row in cursor.fetchall()]


def test_every_statement_of_a_name_is_the_same_object() -> None:
    """What is created under a name is dropped under the same one."""
    made = {identify(sql)[:2] for sql, _, _, action in IDENTITIES if action == "create"}
    gone = [
        "DROP FUNCTION a.f(integer)",
        "DROP TRIGGER t ON a.b",
        "DROP CAST (integer AS text)",
        "DROP AGGREGATE a.g(int)",
    ]
    assert {identify(sql)[:2] for sql in gone} <= made


ALONE = [
    "CREATE INDEX CONCURRENTLY ON t (a)",
    "DROP INDEX CONCURRENTLY t_a",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (CONCURRENTLY true) INDEX t_a",
    "REINDEX SCHEMA public",
    "VACUUM t",
    "VACUUM (FULL) t",
    "CLUSTER",
    "ALTER TABLE p DETACH PARTITION p_1 CONCURRENTLY",
    "DISCARD ALL",
]
TOGETHER = [
    "CREATE INDEX ON t (a)",
    "DROP INDEX t_a",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "ANALYZE t",
    "CLUSTER t USING t_a",
    "ALTER TABLE p DETACH PARTITION p_1",
    "ALTER TYPE e ADD VALUE 'z'",
    "REFRESH MATERIALIZED VIEW m",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "DISCARD PLANS",
]
FOR_SUPERUSERS = [
    ("CREATE DATABASE d", False),
    ("DROP DATABASE d", False),
    ("ALTER DATABASE d SET TABLESPACE x", False),
    ("ALTER DATABASE d RENAME TO e", True),
    ("CREATE TABLESPACE x LOCATION '/x'", False),
    ("ALTER SYSTEM SET work_mem = '1MB'", False),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", False),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = false)", True),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = off)", True),
    ("ALTER SUBSCRIPTION s REFRESH PUBLICATION", False),
    ("ALTER SUBSCRIPTION s SET PUBLICATION p", False),
    ("ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", True),
    ("ALTER SUBSCRIPTION s DISABLE", True),
    ("ALTER SUBSCRIPTION s SET (slot_name = NONE)", True),
    ("ALTER SUBSCRIPTION s SET (slot_name = 'x', synchronous_commit = 'on')", True),
    ("ALTER SUBSCRIPTION s CONNECTION ''", True),
    ("ALTER SUBSCRIPTION s SET (failover = true)", False),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE)", True),
    ("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = 'x')", True),
    ("DROP SUBSCRIPTION s", False),
    ("BEGIN", False),
    ("NOT SQL", True),
    ("", True),
]


@pytest.mark.parametrize(
    ("sql", "may"), [*((s, False) for s in ALONE), *((s, True) for s in TOGETHER), *FOR_SUPERUSERS]
)
def test_transactional(sql: str, may: bool) -> None:
    assert transactional(sql) is may


def test_a_server_refuses_in_a_transaction_what_is_said_to_stand_alone(server: Server) -> None:
    info = server.database(
        "CREATE TABLE t (a integer NOT NULL)",
        "CREATE INDEX t_a ON t (a)",
        "CREATE TABLE p (a integer) PARTITION BY LIST (a)",
        "CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1)",
        "CREATE TYPE e AS ENUM ('a')",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
        "CREATE UNIQUE INDEX ON m (a)",
    )
    with session(info) as connection:
        connection.autocommit = False
        for sql in ALONE:
            with pytest.raises(psycopg2.errors.ActiveSqlTransaction):
                run(connection, sql)
            connection.rollback()
        for sql in TOGETHER:
            run(connection, sql)
            connection.rollback()


def plan(*sql: str) -> list[bool]:
    """For each statement, whether it asks for a commit."""
    return [s.commit for s in commit_points([Statement(text, *identify(text)) for text in sql])]


ADD = "ALTER TYPE public.e ADD VALUE 'it''s new'"
USES = [
    "ALTER TABLE t ALTER c SET DEFAULT 'it''s new'",
    "ALTER TABLE t ALTER c SET DEFAULT E'it\\'s new'::e",
    "CREATE VIEW v AS SELECT 'it''s new'::public.e",
    "CREATE FUNCTION f() RETURNS e LANGUAGE sql AS $$SELECT 'it''s new'::e$$",
    "DO $$ BEGIN PERFORM 'it''s new'::e; END $$",
    "NOT SQL 'it''s new'",
    "ALTER TABLE t ALTER cs SET DEFAULT '{a,it''s new}'::e[]",
    "ALTER TABLE t ALTER cs SET DEFAULT '{\"it\\''s new\"}'::e[]",
    "ALTER TABLE t ALTER r SET DEFAULT '(1,\"it''s new\")'::pair",
    "ALTER TABLE p ATTACH PARTITION q FOR VALUES IN ('it''s new')",
]
LETS_BE = [
    "ALTER TYPE public.e ADD VALUE 'other' AFTER 'it''s new'",
    "COMMENT ON TYPE public.e IS 'it''s new'",
    "CREATE TYPE f AS ENUM ('it''s new')",
    "ALTER TABLE t ALTER c SET DEFAULT 'new'",
    'ALTER TABLE t ADD COLUMN "it\'s new" integer',
]


@pytest.mark.parametrize("sql", USES)
def test_a_label_that_is_used_later_is_committed_first(sql: str) -> None:
    assert plan(ADD, "SELECT 1", sql) == [True, False, False]


def test_labels_in_a_row_are_committed_together() -> None:
    more = "ALTER TYPE public.e ADD VALUE 'more'"
    assert plan(ADD, more, USES[0]) == plan(more, ADD, USES[0]) == [False, True, False]
    assert plan(ADD, "SELECT 1", more, USES[0]) == [True, False, False, False]


def test_a_label_inside_another_text_is_no_use() -> None:
    assert plan("ALTER TYPE e ADD VALUE 'new'", "COMMENT ON TABLE t IS '{new}'") == [False, False]
    assert plan("ALTER TYPE e ADD VALUE 'new'", "ALTER TABLE t ALTER c SET DEFAULT 'newer'") == [False, False]


LET_GO = ["ALTER SUBSCRIPTION s DISABLE", "ALTER SUBSCRIPTION s SET (slot_name = NONE)", "DROP SUBSCRIPTION s"]


@pytest.mark.parametrize(
    ("sql", "together"),
    [
        (LET_GO, True),
        ([LET_GO[0], "ALTER SUBSCRIPTION s SET (slot_name = 'none')", LET_GO[2]], True),
        ([LET_GO[0], LET_GO[2]], False),
        ([LET_GO[0], LET_GO[2], LET_GO[1]], False),
        ([LET_GO[0], "ALTER SUBSCRIPTION other SET (slot_name = NONE)", LET_GO[2]], False),
    ],
)
def test_a_subscription_without_a_slot_is_dropped_with_the_rest(sql: list[str], together: bool) -> None:
    made = commit_points([Statement(text, *identify(text), transactional(text)) for text in sql])
    assert [s.transaction for s in made if s.action == "drop"] == [together]


def test_a_server_drops_a_subscription_without_a_slot_in_a_transaction(server: Server) -> None:
    info = server.database(owner=False)
    name = info.get("dbname")
    with session(info) as connection:
        run(connection, "SET client_min_messages = error")
        run(
            connection,
            f"CREATE SUBSCRIPTION {name} CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = 'x')",
        )
        connection.autocommit = False
        for sql in LET_GO:
            run(connection, sql.replace(" s", f" {name}", 1))
        connection.commit()


@pytest.mark.parametrize("sql", LETS_BE)
def test_a_label_that_is_not_used_needs_no_commit(sql: str) -> None:
    assert plan(ADD, sql) == [False, False]


def test_a_use_before_is_no_use_and_renaming_a_label_is_no_addition() -> None:
    assert plan(USES[0], ADD) == [False, False]
    assert plan("ALTER TYPE e RENAME VALUE 'a' TO 'b'", "ALTER TABLE t ALTER c SET DEFAULT 'b'") == [False, False]


def test_a_server_refuses_a_new_label_in_the_same_transaction_and_takes_it_after_a_commit(server: Server) -> None:
    info = server.database("CREATE TYPE e AS ENUM ('a')", "CREATE TABLE t (c e, cs e[])")
    with session(info) as connection:
        connection.autocommit = False
        for use in (USES[0], "ALTER TABLE t ALTER cs SET DEFAULT '{a,it''s new}'::e[]"):
            run(connection, ADD)
            run(connection, LETS_BE[0])
            run(connection, LETS_BE[1])
            with pytest.raises(psycopg2.errors.UnsafeNewEnumValueUsage):
                run(connection, use)
            connection.rollback()
        run(connection, ADD)
        connection.commit()
        run(connection, USES[0])
        connection.commit()
