"""What is committed together: a statement that blocks others for long is apart, with what may not be seen half done."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_rules import statements

from difftool.apart import apart
from difftool.errors import Refused
from difftool.model import Statement
from difftool.pg.connection import rows, run, session
from difftool.rules import annotate
from difftool.rules.facts import Facts, read_facts
from difftool.segments import refuse_unless_atomic, segments

BEFORE = (
    "CREATE TABLE t (id integer PRIMARY KEY, a integer DEFAULT 1, b text)",
    "CREATE TABLE u (id integer, b text)",
    "CREATE VIEW v AS SELECT a FROM t",
    "INSERT INTO t SELECT g FROM generate_series(1, 9) g",
    "ANALYZE",
)
ADD, REWRITE = "ALTER TABLE u ADD COLUMN c text", "ALTER TABLE t ALTER COLUMN a TYPE bigint"
DROP_DEFAULT = "ALTER TABLE t ALTER COLUMN a DROP DEFAULT"


@pytest.fixture(scope="module")
def facts(server18: Server) -> Facts:
    with session(server18.database(*BEFORE)) as connection:
        return read_facts(connection)


def cut(facts: Facts, *sql: str, small: int = 0) -> list[list[str]]:
    return [[s.sql for s in segment] for segment in segments(apart(statements(*sql), facts, small=small))]


def test_a_rewrite_is_apart(facts: Facts) -> None:
    later = "ALTER TABLE u ADD COLUMN d text"
    assert cut(facts, ADD, REWRITE, later) == [[ADD], [REWRITE], [later]]
    assert cut(facts, REWRITE, ADD) == [[REWRITE], [ADD]]
    assert cut(facts, ADD, REWRITE, later, small=10**9) == [[ADD, REWRITE, later]], "small tables are exempt"


def test_nobody_waits_for_what_is_apart(facts: Facts) -> None:
    def waits(plan: tuple[Statement, ...]) -> list[str]:
        return [h.detail for s in annotate(plan, facts) for h in s.hazards if h.detail.startswith("keeps ")]

    assert len(waits(statements(ADD, REWRITE))) == 1
    assert waits(apart(statements(ADD, REWRITE), facts)) == []


@pytest.mark.parametrize(
    "together",
    [
        ("DROP VIEW v", REWRITE, "CREATE VIEW v AS SELECT a FROM t"),
        (DROP_DEFAULT, "ALTER TABLE t ADD COLUMN x integer", REWRITE, "ALTER TABLE t ALTER COLUMN a SET DEFAULT 2"),
        ("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", REWRITE),
    ],
)
def test_what_may_not_be_seen_half_done_stays_together(together: tuple[str, ...], facts: Facts) -> None:
    assert cut(facts, ADD, *together, "DROP TABLE u") == [[ADD], list(together), ["DROP TABLE u"]]


def test_what_stands_between_and_has_nothing_to_do_with_it_comes_before(facts: Facts) -> None:
    default = "ALTER TABLE t ALTER COLUMN a SET DEFAULT 2"
    assert cut(facts, DROP_DEFAULT, REWRITE, ADD, default) == [[ADD], [DROP_DEFAULT, REWRITE, default]]
    made, filled = "CREATE TABLE n (b text)", "CREATE INDEX i ON n (b)"
    assert cut(facts, DROP_DEFAULT, made, REWRITE, filled, default) == [
        [made, filled],
        [DROP_DEFAULT, REWRITE, default],
    ]
    view = ("DROP VIEW w", "CREATE VIEW w AS SELECT a FROM t")
    assert cut(facts, DROP_DEFAULT, view[0], REWRITE, view[1], default) == [
        [DROP_DEFAULT, view[0], REWRITE, view[1], default]
    ]


def test_a_plan_that_commits_between_arrives(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database(*(sql.replace("SELECT a", "SELECT id") for sql in BEFORE))
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(
        "CREATE TABLE t (id integer PRIMARY KEY, a bigint DEFAULT 1, b text, x text);"
        "CREATE TABLE u (id integer, b text, c text); CREATE VIEW v AS SELECT id FROM t;"
    )
    (tmp_path / "difftool.toml").write_text('small_table = "0"\n')
    target = ("--target", now.url(secrets=True))
    plan = json.loads(difftool("plan", *target, "--format", "json").out)
    assert plan["proven"] is True
    assert sum(s["commit"] for s in plan["statements"]) >= 1
    assert not [h for h in plan["hazards"] if h["detail"].startswith("keeps ")]
    assert difftool("apply", *target, "--yes", "--allow", "all").code == 0
    assert difftool("check", *target).code == 0
    with session(now) as connection:
        assert rows(connection, "SELECT count(*) FROM v") == [(9,)]


def test_a_small_table_that_many_write_to_is_treated_as_a_large_one(
    difftool: Callable[..., Ran], server: Server, tmp_path: Path
) -> None:
    now = server.database("CREATE TABLE t (a integer)", "CREATE TABLE calm (a integer)", "ANALYZE t", "ANALYZE calm")
    with session(now) as connection:
        run(connection, "INSERT INTO t SELECT generate_series(1, 50000)")
    with session(now) as connection:
        while not rows(connection, "SELECT pg_stat_get_mod_since_analyze('t'::regclass)")[0][0]:
            time.sleep(0.05)
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(
        "CREATE TABLE t (a integer); CREATE TABLE calm (a integer); CREATE INDEX i ON t (a); CREATE INDEX j ON calm (a);"
    )
    target = ("--target", now.url(secrets=True), "--format", "sql")
    busy = difftool("plan", *target).out
    assert "CREATE INDEX CONCURRENTLY i ON public.t" in busy
    assert "CREATE INDEX j ON public.calm" in busy
    assert "rows written a second" in difftool("plan", *target, "--online", "off").out
    assert "CONCURRENTLY" not in difftool("plan", *target, DIFFTOOL_BUSY_TABLE="0").out


def test_atomic_is_one_transaction_or_refused(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TYPE mood AS ENUM ('ok')", *BEFORE)
    (tmp_path / "schema").mkdir()
    file = tmp_path / "schema" / "t.sql"
    wanted = (
        "CREATE TABLE t (id integer PRIMARY KEY, a bigint DEFAULT 1, b text); CREATE INDEX i ON t (b);"
        "CREATE TABLE u (id integer, b text, c text); CREATE VIEW v AS SELECT a FROM t; CREATE TYPE mood AS ENUM ('ok'"
    )
    file.write_text(wanted + ");")
    (tmp_path / "difftool.toml").write_text('small_table = "0"\n')
    target = ("--target", now.url(secrets=True))
    assert "INDEX CONCURRENTLY i ON" in difftool("plan", *target).out
    shown = difftool("plan", *target, "--atomic").out
    assert "INDEX CONCURRENTLY i ON" not in shown
    assert re.search(r"  one transaction: statements 1-\d+\n    ACCESS EXCLUSIVE until the commit: ", shown)
    assert shown.splitlines()[-2].endswith(", in one transaction")
    file.write_text(f"{wanted}, 'bad'); CREATE TABLE w (m mood DEFAULT 'bad');")
    refused = difftool("apply", *target, "--atomic", "--yes", "--allow", "all")
    assert refused.code == 4
    assert refused.err == (
        "error: one transaction was asked for, and statement 1 (alter type public.mood) must be committed before the rest\n"
        "hint: plan it without --atomic (the setting atomic): difftool shows what is then committed together\n"
    )


def test_what_cannot_run_in_a_transaction_is_refused_by_name() -> None:
    plan = statements("CREATE TABLE x (a integer)", "CREATE INDEX CONCURRENTLY i ON public.x (a)")
    with pytest.raises(Refused) as refused:
        refuse_unless_atomic(plan)
    assert refused.value.message == (
        "one transaction was asked for, and statement 2 (create index public.i) cannot run inside one"
    )
    refuse_unless_atomic(plan[:1])
