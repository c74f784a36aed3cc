"""What the schema files say of values: rows that are given one, and values of another type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool.annotations import Computed, read_annotations, read_values
from difftool.errors import SchemaError
from difftool.files import Files
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.steps import steps

Run = Callable[..., Ran]
BEFORE = (
    "CREATE TABLE people (id int PRIMARY KEY, first text, last text, code text, note text)",
    "INSERT INTO people SELECT i, 'f' || i, 'l' || i, i::text, CASE WHEN i % 2 = 0 THEN 'x' END "
    "FROM generate_series(1, 3000) i",
)
AFTER = """
CREATE TABLE people (
    id int PRIMARY KEY,
    -- difftool: backfill (first || ' ' || last)
    "Full name" text NOT NULL,
    -- difftool: backfill (-1)
    rank int DEFAULT 7 NOT NULL,
    -- difftool: using (code::integer * 2)
    code int,
    -- difftool: backfill ('none')
    note text NOT NULL
);
"""
FOUND = [(1, "f1 l1", -1, 2, "none"), (2, "f2 l2", -1, 4, "x")]
ALLOWED = ("--yes", "--allow", "data-loss", "--allow", "breaks-clients")


def write(folder: Path, sql: str) -> None:
    (folder / "schema").mkdir(exist_ok=True)
    (folder / "schema" / "a.sql").write_text(sql)


def at(info: Conninfo) -> tuple[str, str]:
    return "--target", info.url(secrets=True)


def read(sql: str) -> tuple[Computed, ...]:
    return read_values(steps(Files("schema", (("a.sql", sql),))))


def arrived(now: Conninfo) -> None:
    with session(now) as connection:
        found = 'SELECT id, "Full name", rank, code, note FROM people ORDER BY id LIMIT 2'
        assert rows(connection, found) == FOUND
        assert rows(connection, "INSERT INTO people VALUES (0, 0, '', '') RETURNING rank") == [(7,)]


def test_rows_are_filled_in_batches(difftool: Run, server: Server, tmp_path: Path) -> None:
    now = server.database(*BEFORE)
    write(tmp_path, AFTER)
    online = {"DIFFTOOL_SMALL_TABLE": "0", "DIFFTOOL_BATCH_ROWS": "100"}
    more = ("--allow", "blocks-reads", "--allow", "rewrites-table")
    ran = difftool("apply", *at(now), *ALLOWED, *more, **online)
    assert ran.code == 0, ran.err + ran.out
    assert ("maybe-rename" in ran.out, "no online form" in ran.out) == (False, False)
    with session(now) as connection:
        assert rows(connection, "SELECT attname FROM pg_attribute WHERE attname LIKE '%\\_\\_new'") == []
    arrived(now)
    assert difftool("check", *at(now)).code == 0, "once applied, it is harmless"


def test_small_tables_are_filled_in_the_one_transaction(difftool: Run, server18: Server, tmp_path: Path) -> None:
    now = server18.database(*BEFORE)
    write(tmp_path, AFTER)
    plan = difftool("plan", *at(now), "--format", "sql")
    assert (plan.code, plan.out.count("BEGIN;"), "DO $" in plan.out) == (3, 1, False), plan.err
    assert """UPDATE public.people SET "Full name" = (first || ' ' || last) WHERE "Full name" IS NULL;""" in plan.out
    assert "fails-on-rows" not in plan.out
    ran = difftool("apply", *at(now), *ALLOWED)
    assert ran.code == 0, ran.err
    arrived(now)


def test_a_plan_computes_nothing_on_the_target(difftool: Run, server18: Server, tmp_path: Path) -> None:
    now = server18.database(*BEFORE)
    write(tmp_path, AFTER.replace("('none')", "((1/0)::text)"))
    assert difftool("plan", *at(now)).code == 3
    write(tmp_path, AFTER.replace("('none')", "(nobody)"))
    unproven = difftool("plan", *at(now))
    assert 'column "nobody" does not exist' in " ".join(unproven.out.split())


def test_what_is_read() -> None:
    found = read(AFTER.replace("people", "app.people"))
    assert [(c.names, c.verb, c.value) for c in found] == [
        (("app", "people", "Full name"), "backfill", "(first || ' ' || last)"),
        (("app", "people", "rank"), "backfill", "(-1)"),
        (("app", "people", "code"), "using", "(code::integer * 2)"),
        (("app", "people", "note"), "backfill", "('none')"),
    ]
    (added,) = read("CREATE TABLE t (a int);\n-- difftool: Backfill (a + 1)\nALTER TABLE t ADD COLUMN b int;")
    assert (added.names, added.value, added.where) == (("", "t", "b"), "(a + 1)", "a.sql:3")
    assert read_annotations(steps(Files("schema", (("a.sql", AFTER),)))) == ()


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("-- difftool: backfill (1)\nCREATE TABLE t (a int);", "stands above no column"),
        ("CREATE TABLE t (a int,\n-- difftool: using (1)\nCONSTRAINT c CHECK (a > 0));", "stands above no column"),
        ("CREATE TABLE t (\n-- difftool: backfill 1\na int);", "has no expression in parentheses"),
        ("CREATE TABLE t (\n-- difftool: backfill (1\na int);", "has no expression in parentheses"),
        ("CREATE TABLE t (\n-- difftool: using (1), b = (2)\na int);", "has no expression in parentheses"),
        ("CREATE TABLE t (\n-- difftool: using (1); DROP TABLE t; --)\na int);", "has no expression in parentheses"),
        (
            "CREATE TABLE t (\n-- difftool: backfill (1)\na int GENERATED ALWAYS AS IDENTITY);",
            "stands above a column that has its values from elsewhere",
        ),
    ],
)
def test_what_nobody_understands_is_an_error(sql: str, why: str) -> None:
    with pytest.raises(SchemaError) as failure:
        read(sql)
    assert why in failure.value.message
    assert "difftool: backfill (EXPRESSION)" in (failure.value.hint or "")
