"""Cutting files into statements: nothing may be lost, whatever stands in them."""

from __future__ import annotations

import pytest

from difftool import syntax
from difftool.errors import SchemaError
from difftool.files import Files
from difftool.steps import check_duplicates, cluster_wide, extensions, left_alone, steps


def cut(text: str) -> list[tuple[str, int]]:
    return [(p.sql, p.offset) for p in syntax.split(text)]


def test_statements_know_where_they_begin() -> None:
    text = "-- é\nSELECT 'é;' ;\n\n/* a /* nested */ one */ SELECT 2;"
    assert cut(text) == [("SELECT 'é;'", 5), ("SELECT 2", text.index("SELECT 2"))]


def test_bodies_are_whole() -> None:
    text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT $a$ ; $a$"
    assert [sql for sql, _ in cut(text)] == [text.partition("; SELECT $")[0], "SELECT $a$ ; $a$"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("CREATE TABLE z (i int);\nCREATE TABLE a (i int;\nCREATE TABLE b (i int);", 2),
        ("CREATE TABLE a (i int", 1),
        ("SELECT 'abc", 1),
        ("SELECT 1; SELEC 2; SELECT ')';", 3),
        ("SELECT $x$ never closed; SELECT 2", 1),
        (";;\n-- only a comment\n;", 0),
    ],
)
def test_nothing_that_does_not_parse_is_lost(text: str, pieces: int) -> None:
    found = syntax.split(text)
    assert len(found) == pieces
    kept = "".join("".join(p.sql.split()) for p in found)
    for word in text.replace("-- only a comment", "").replace(";", " ").split():
        assert word in kept


def test_roles_are_renamed_where_roles_stand() -> None:
    rename = {"app": '"the owner"'}
    assert syntax.rename_roles("GRANT SELECT ON app TO app, bob", rename) == 'GRANT SELECT ON app TO "the owner", bob'
    assert syntax.rename_roles("SELECT 'app'", rename) == "SELECT 'app'"
    assert syntax.rename_roles("CREATE POLICY app ON app TO app", rename) == 'CREATE POLICY app ON app TO "the owner"'
    assert syntax.rename_roles("not sql for app", rename) == "not sql for app"


def of(**texts: str) -> Files:
    return Files("schema", tuple((f"schema/{name}.sql", text) for name, text in texts.items()))


def test_every_step_has_its_line_and_its_settings() -> None:
    found = steps(of(a="SET search_path = x;\n\nCREATE TABLE t (a int);\nBEGIN;\nSELECT 1;\nCOMMIT;"))
    assert [(s.where, s.sql, [c.sql for c in s.context]) for s in found] == [
        ("schema/a.sql:3", "CREATE TABLE t (a int)", ["SET search_path = x"]),
        ("schema/a.sql:5", "SELECT 1", ["SET search_path = x"]),
    ]


def test_what_psql_alone_can_run_is_an_error() -> None:
    with pytest.raises(SchemaError, match=r"schema/a\.sql:2: \\connect other is a command of psql"):
        steps(of(a="SELECT 1;\n\\connect other\nSELECT 2;"))
    assert len(steps(of(a="\\restrict abc\nSELECT 1;\n\\unrestrict abc\n"))) == 1


def test_two_files_that_define_the_same_are_an_error() -> None:
    with pytest.raises(SchemaError, match=r"relation public\.t is defined twice: schema/a\.sql:1 and schema/b\.sql:2"):
        check_duplicates(steps(of(a="CREATE TABLE t ();", b="\nCREATE VIEW public.t AS SELECT 1;")))
    overloads = of(
        a="CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS '';",
        b="CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS '';",
    )
    check_duplicates(steps(overloads))
    with pytest.raises(SchemaError, match=r'function public\."F"\(.+\) is defined twice'):
        check_duplicates(steps(of(a=FUNCTION, b=FUNCTION)))


FUNCTION = """CREATE FUNCTION "F"(int) RETURNS int LANGUAGE sql AS '';"""


@pytest.mark.parametrize("sql", ["CREATE TABLE {} ()", "CREATE TYPE {} AS ENUM ()", FUNCTION.replace('"F"', "{}")])
def test_a_dot_in_a_name_is_no_end_of_a_schema(sql: str) -> None:
    check_duplicates(steps(of(a=sql.format('"a.b".c'), b=sql.format('a."b.c"'))))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE ROLE x",
        "ALTER ROLE x SET work_mem = '1MB'",
        "DROP ROLE x",
        "GRANT a TO b",
        "CREATE DATABASE d",
        "ALTER DATABASE d SET work_mem = '1MB'",
        "ALTER SYSTEM SET port = 1",
        "GRANT SET ON PARAMETER work_mem TO a",
        "GRANT CONNECT ON DATABASE d TO a",
        "COMMENT ON ROLE x IS 'y'",
        "COMMENT ON DATABASE d IS 'y'",
        "SECURITY LABEL ON DATABASE d IS 'y'",
        "ALTER ROLE ALL IN DATABASE d SET work_mem = '1MB'",
        "ALTER DATABASE d CONNECTION LIMIT 3",
        "GRANT CREATE ON TABLESPACE s TO a",
        "ALTER TABLESPACE s OWNER TO a",
        "CREATE TABLESPACE s LOCATION '/x'",
        "ALTER DATABASE d OWNER TO a",
        "ALTER ROLE a RENAME TO b",
        "DROP OWNED BY a",
        "REASSIGN OWNED BY a TO b",
    ],
)
def test_cluster_wide_statements_are_told_apart(sql: str) -> None:
    step = steps(of(a=sql))[0]
    assert cluster_wide(step)
    alone = left_alone(step)
    assert alone is not None
    assert alone.kind == "cluster"


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE t ()", "GRANT SELECT ON t TO a", "COMMENT ON TABLE t IS ''", "ALTER TABLE t OWNER TO a"]
)
def test_the_schemas_own_statements_are_not(sql: str) -> None:
    assert left_alone(steps(of(a=sql))[0]) is None


def test_rows_are_named() -> None:
    found = [left_alone(s) for s in steps(of(a="INSERT INTO t VALUES (1); UPDATE t SET a = 1; DELETE FROM t;"))]
    assert [i and i.kind for i in found] == ["data"] * 3


def test_extensions_that_files_ask_for() -> None:
    assert extensions(steps(of(a='CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION IF NOT EXISTS hstore;'))) == (
        "uuid-ossp",
        "hstore",
    )
