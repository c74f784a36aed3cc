from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from difftool.model import Fingerprints, Hazard, Ignored, Plan, Proof, Statement, TargetIdentity, Unhandled
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import programs
from difftool.script import Timeouts, session_settings, sql_script, terminated, waiting
from difftool.secrets import mask
from difftool.segments import is_transaction, segments

TARGET = TargetIdentity("production", "", "db.example.com", "5432", "app", "deploy", "deploy", 160004, "1")
PLAN = Plan(
    TARGET, "schema", "migra", Fingerprints("a", "b", "pg_dump 18"), created="2025-03-01T14:02:11Z", tool_version="1.0"
)


def statement(
    sql: str, *, transaction: bool = True, commit: bool = False, hazards: tuple[Hazard, ...] = ()
) -> Statement:
    return Statement(sql, "table", "public.t", "alter", transaction, commit, hazards)


def numbers(plain: str) -> tuple[tuple[str, ...], ...]:
    """Segments of a plan in one letter a statement: t in a transaction, c with a commit after it, o outside."""
    made = [statement(f"{n}{k}", transaction=k != "o", commit=k == "c") for n, k in enumerate(plain)]
    return tuple(tuple(s.sql[-1] for s in segment) for segment in segments(made))


@pytest.mark.parametrize(
    ("plain", "cut"),
    [
        ("", ()),
        ("t", (("t",),)),
        ("ttt", (("t", "t", "t"),)),
        ("tot", (("t",), ("o",), ("t",))),
        ("oo", (("o",), ("o",))),
        ("tctt", (("t", "c"), ("t", "t"))),
        ("cc", (("c",), ("c",))),
        ("tco", (("t", "c"), ("o",))),
        ("ott", (("o",), ("t", "t"))),
    ],
)
def test_segments(plain: str, cut: tuple[tuple[str, ...], ...]) -> None:
    assert numbers(plain) == cut


def test_segments_keep_every_statement_in_order() -> None:
    made = [statement(str(n), transaction=n % 5 != 0, commit=n % 7 == 0) for n in range(100)]
    assert [s for segment in segments(made) for s in segment] == made
    assert all(is_transaction(segment) or len(segment) == 1 for segment in segments(made))


def test_session_settings() -> None:
    assert session_settings(PLAN) == ("SET lock_timeout = '3s'", "SET statement_timeout = 0")
    other = replace(PLAN, target=replace(TARGET, owner='the "owner"'))
    assert session_settings(other, Timeouts("250ms", "1min")) == (
        "SET lock_timeout = '250ms'",
        "SET statement_timeout = '1min'",
        'SET ROLE "the ""owner"""',
    )


@pytest.mark.parametrize(
    ("sql", "ended"),
    [
        ("SELECT 1", "SELECT 1;"),
        ("SELECT 1 \n", "SELECT 1;"),
        ("SELECT 1 -- one", "SELECT 1 -- one\n;"),
        ("SELECT 1 -- one;", "SELECT 1 -- one;\n;"),
        ("SELECT 1 -- one\n, 2", "SELECT 1 -- one\n, 2;"),
        ("SELECT '--'", "SELECT '--'\n;"),
    ],
)
def test_no_comment_swallows_the_semicolon(sql: str, ended: str) -> None:
    assert terminated(sql) == ended


def test_nothing_to_do_is_one_comment() -> None:
    assert sql_script(PLAN) == "-- no changes\n"
    assert (
        sql_script(replace(PLAN, proven=True, ignored=(Ignored("cluster", "CREATE ROLE x", "no"),)))
        == "-- no changes\n"
    )


@pytest.mark.parametrize(
    "plan", [replace(PLAN, proven=False), replace(PLAN, unhandled=(Unhandled("comment", "table t", "missing"),))]
)
def test_a_failure_is_never_no_changes(plan: Plan) -> None:
    script = sql_script(plan)
    assert "no changes" not in script
    assert all(line.startswith("-- ") for line in script.splitlines())


def test_the_whole_script() -> None:
    plan = replace(
        PLAN,
        statements=(
            Statement("SET check_function_bodies = off", "", "", "set"),
            Statement("ALTER TYPE public.s ADD VALUE 'x'", "type", "public.s", "alter", commit=True),
            Statement("CREATE INDEX CONCURRENTLY i ON t (a)", "index", "public.i", "create", transaction=False),
            Statement(
                "DROP TABLE old -- bye", "table", "public.old", "drop", hazards=(Hazard("data-loss", "12 rows go"),)
            ),
        ),
        unhandled=(Unhandled("COMMENT", "table users", "missing in the target"),),
        proven=False,
        proof=Proof("embedded PostgreSQL 16.4", 160004, 1.0),
        notes=("two\nlines",),
    )
    assert sql_script(plan, Timeouts("5s")) == (
        "-- difftool plan for production: 1 to create, 1 to alter, 1 to drop, 1 not handled\n"
        "-- database: app @ db.example.com:5432, PostgreSQL 16.4\n"
        "-- desired:  schema\n"
        "-- created:  2025-03-01T14:02:11Z by difftool 1.0\n"
        "-- not proven on embedded PostgreSQL 16.4: 1 difference left\n"
        "-- not handled by this plan: COMMENT on table users: missing in the target\n"
        "-- note: two\\nlines\n"
        "\n"
        "\\set ON_ERROR_STOP on\n"
        "SET client_encoding = 'UTF8';\n"
        "SET lock_timeout = '5s';\n"
        "SET statement_timeout = 0;\n"
        "\n"
        "-- transaction 1 of 2: statements 1-2\n"
        "BEGIN;\n"
        "\n"
        "-- 1. session setting\n"
        "SET check_function_bodies = off;\n"
        "\n"
        "-- 2. alter type public.s\n"
        "ALTER TYPE public.s ADD VALUE 'x';\n"
        "\n"
        "COMMIT;\n"
        "\n"
        "-- 3. create index public.i\n"
        "-- cannot run inside a transaction block\n"
        "SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY i ON t (a);\nSET lock_timeout = '5s';\n"
        "\n"
        "BEGIN;\n"
        "\n"
        "-- 4. drop table public.old\n"
        "-- hazard data-loss: 12 rows go\n"
        "DROP TABLE old -- bye\n"
        ";\n"
        "\n"
        "COMMIT;\n"
    )


HOSTILE = "t\n; CREATE TABLE injected (a int); --\r\n\u2028\x85"


def hostile_plan() -> Plan:
    """A plan whose every name and sentence tries to leave its comment."""
    return replace(
        PLAN,
        target=replace(TARGET, name=HOSTILE, database=HOSTILE, host=HOSTILE),
        desired=HOSTILE,
        created=HOSTILE,
        tool_version=HOSTILE,
        statements=(
            Statement(
                "CREATE TABLE one (a int) -- a comment",
                HOSTILE,
                HOSTILE,
                "create",
                hazards=(Hazard("data-loss", HOSTILE),),
            ),
            Statement("CREATE INDEX CONCURRENTLY two ON one (a)", "index", "two", "create", transaction=False),
            Statement("CREATE TABLE three (a text DEFAULT 'é''\\')", "table", "three", "create"),
        ),
        unhandled=(Unhandled(HOSTILE, HOSTILE, HOSTILE),),
        ignored=(Ignored(HOSTILE, HOSTILE, HOSTILE),),
        notes=(HOSTILE,),
        proof=Proof(HOSTILE, 160004, 1.0),
        proven=False,
    )


def psql(info: Conninfo, script: str) -> subprocess.CompletedProcess[str]:
    found = programs("psql")
    if not found:
        pytest.skip("no psql on this machine")
    command = [str(found[0].path), "-X", "-q", "-d", info.dsn()]
    return subprocess.run(command, input=script, capture_output=True, text=True, encoding="utf-8")


def tables(info: Conninfo) -> list[str]:
    with session(info) as connection:
        return [
            r[0]
            for r in rows(
                connection, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]


def test_psql_runs_the_script_and_no_name_leaves_its_comment(database18: Callable[..., Conninfo]) -> None:
    info = database18()
    done = psql(info, sql_script(hostile_plan()))
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(info) == ["one", "three", "two"]


def test_psql_stops_at_the_first_failure(database18: Callable[..., Conninfo]) -> None:
    info = database18()
    plan = replace(
        PLAN,
        statements=(
            statement("SELECT 1/0"),
            statement("CREATE INDEX CONCURRENTLY x ON y (a)", transaction=False),
            statement("CREATE TABLE after (a int)"),
        ),
    )
    assert psql(info, sql_script(plan)).returncode == 3
    assert tables(info) == []


def test_a_masked_script_does_not_run(database18: Callable[..., Conninfo]) -> None:
    from difftool.render.formats import FORMATS

    info = database18()
    plan = replace(
        PLAN, statements=(statement("CREATE TABLE t (a int)"), statement("ALTER ROLE CURRENT_USER PASSWORD 'hunter2'"))
    )
    script = FORMATS["sql"](plan)
    assert mask(script) == script
    done = psql(info, script)
    assert done.returncode == 3
    assert "passwords are masked in this script: write it with --show-secrets" in done.stderr
    assert tables(info) == []
    assert psql(info, FORMATS["sql"](plan, show_secrets=True)).returncode == 0
    assert tables(info) == ["t"]


def test_what_takes_its_time_has_no_limit() -> None:
    limited = Timeouts("3s", "1min")

    def told(sql: str, kind: str, *, transaction: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return waiting(Statement(sql, kind, "public.i", "create", transaction), limited)

    lifted, again = ("SET statement_timeout = 0",), ("SET statement_timeout = '1min'",)
    assert told("ALTER TABLE t ADD a int", "column", transaction=True) == ((), ())
    assert told("ALTER TABLE t VALIDATE CONSTRAINT c", "constraint", transaction=True) == (lifted, again)
    assert told("DO $$BEGIN COMMIT; END$$", "column", transaction=False) == (lifted, again)
    assert told("CREATE INDEX CONCURRENTLY i ON t (a)", "index", transaction=False) == (
        ("SET lock_timeout = 0", *lifted),
        ("SET lock_timeout = '3s'", *again),
    )
    impatient = waiting(Statement("DROP INDEX CONCURRENTLY i", "index", "i", "drop", False), Timeouts(patience="1h"))
    assert impatient == (("SET lock_timeout = '1h'",), ("SET lock_timeout = '3s'",))
    unlimited = waiting(Statement("ALTER TABLE t VALIDATE CONSTRAINT c", "constraint", "public.t.c", "alter"))
    assert unlimited == ((), ())
