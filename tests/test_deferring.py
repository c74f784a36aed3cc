"""Expand now, contract later: what is put off and what goes along, on record, told from drift, and made up for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import columns
from test_render import SAME, piped

from difftool import api
from difftool.errors import UsageError
from difftool.model import HAZARDS, Deferred, Plan, Statement, Unhandled
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.render.formats import FORMATS
from difftool.render.rows import fleet_row, fleet_summary
from difftool.render.terminal import show_plan
from difftool.settings import Settings, load

Run = Callable[..., Ran]
USERS = (
    "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, mail text)",
    "INSERT INTO users VALUES (1, 'a', 'b')",
)


def settings_for(folder: Path, target: Conninfo, wanted: str, **flags: str) -> Settings:
    (folder / "schema.sql").write_text(wanted)
    known = {"target": target.url(secrets=True), "schema": str(folder / "schema.sql"), **flags}
    return load(start=folder, flags=known, environ={})


def said(plan: Plan) -> tuple[list[str], list[str]]:
    """What is run now, and what is put off, in words."""
    now = [f"{s.action} {s.kind} {s.name}" for s in plan.statements if s.action != "set"]
    return now, [f"{d.statement.action} {d.statement.kind} {d.statement.name}" for d in plan.deferred]


CASES = {
    "a column goes, a view is made anew without it": (
        (*USERS, "CREATE INDEX names ON users (name)", "CREATE VIEW v AS SELECT id, name FROM users"),
        "CREATE TABLE users (id int PRIMARY KEY, mail text, full_name text); CREATE VIEW v AS SELECT id FROM users;",
        "data-loss",
        ["drop view public.v", "create column public.users.full_name", "create view public.v"],
        ["drop column public.users.name"],
    ),
    "a table goes, and what is of it stays with it": (
        (
            *USERS,
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
            "CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users)",
            "INSERT INTO posts VALUES (1, 1)",
            "CREATE TRIGGER t BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION f()",
        ),
        "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, mail text, x int);",
        "data-loss",
        ["create column public.users.x"],
        ["drop table public.posts", "drop function public.f()"],
    ),
    "only one of two": (
        (*USERS, "ALTER TABLE users ALTER name DROP NOT NULL"),
        "CREATE TABLE users (id int PRIMARY KEY);",
        "data-loss:public.users.name",
        ["drop column public.users.mail"],
        ["drop column public.users.name"],
    ),
    "a type is narrowed below a view": (
        ("CREATE TABLE t (a bigint, b text)", "INSERT INTO t VALUES (1, 'x')", "CREATE VIEW v AS SELECT a FROM t"),
        "CREATE TABLE t (a int, b text, c int); CREATE VIEW v AS SELECT a FROM t;",
        "data-loss",
        ["create column public.t.c"],
        ["drop view public.v", "alter column public.t.a", "create view public.v"],
    ),
    "a key needs what is NOT NULL later": (
        ("CREATE TABLE t (a int, b text)", "INSERT INTO t VALUES (NULL, 'x')"),
        "CREATE TABLE t (a int PRIMARY KEY, b text, c int);",
        "fails-on-rows",
        ["create column public.t.c"],
        ["alter column public.t.a", "create constraint public.t.t_pkey"],
    ),
    "a label goes": (
        (
            "CREATE TYPE mood AS ENUM ('ok', 'bad', 'so')",
            "CREATE TABLE t (a mood DEFAULT 'ok', b text)",
            "INSERT INTO t VALUES ('so', 'x')",
        ),
        "CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE TABLE t (a mood DEFAULT 'ok', b text, c int);",
        "fails-on-rows",
        ["create column public.t.c"],
        None,
    ),
    "all of it": (
        USERS,
        "CREATE TABLE users (id int PRIMARY KEY, mail text);",
        "data-loss",
        [],
        ["drop column public.users.name"],
    ),
    "none of it": (USERS, f"{USERS[0]}; CREATE INDEX i ON users (mail);", "data-loss", ["create index public.i"], []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_put_off(case: str, server18: Server, tmp_path: Path) -> None:
    puts_off(case, server18, tmp_path)


def test_it_is_the_same_everywhere(server: Server, tmp_path: Path) -> None:
    puts_off("a type is narrowed below a view", server, tmp_path)


def puts_off(case: str, server: Server, tmp_path: Path) -> None:
    """What is run now and later is as the case says; it is applied, told from drift, and made up for."""
    before, after, words, now, later = CASES[case]
    settings = settings_for(tmp_path, server.database(*before), after, scratch=server.admin.url(secrets=True))
    plan = api.plan(settings, defer=[words])
    assert plan.proven is True, plan.unhandled
    assert said(plan)[0] == now
    if later is not None:
        assert said(plan)[1] == later
    if not plan.deferred:
        return
    applied = api.apply(plan, settings, allow=HAZARDS)
    assert applied.left == ()
    checked = api.check(settings)
    assert (checked.only_deferred, checked.deferred) == (True, plan.deferred), checked.unhandled
    rest = api.plan(settings)
    assert rest.proven is True
    assert {s.sql for s in rest.statements} == {d.statement.sql for d in plan.deferred}


def test_from_the_first_apply_to_the_last(difftool: Run, server18: Server, tmp_path: Path) -> None:
    info = server18.database(*USERS)
    (tmp_path / "schema.sql").write_text("CREATE TABLE users (id int PRIMARY KEY, mail text, full_name text);")
    on = ("--target", info.url(secrets=True), "--schema", "schema.sql")
    assert difftool("apply", *on, "--yes").code == 4
    done = difftool("apply", *on, "--yes", "--defer", "data-loss")
    assert done.code == 0, done.err
    assert "deferred: drop column public.users.name; difftool apply runs them" in done.err
    assert "public.users.name stays for now and is NOT NULL without a default" in done.out
    assert columns(info, "users") == ["id", "name", "mail", "full_name"]

    found = difftool("check", *on)
    assert found.code == 3
    assert "no drift, 1 deferred" in found.out
    assert difftool("check", *on, "--accept-deferred").code == 0
    with session(info) as connection:
        run(connection, "CREATE INDEX by_hand ON users (mail)")
    drifted = difftool("check", *on, "--accept-deferred")
    assert drifted.code == 3
    assert "index public.by_hand" in drifted.out
    assert "1 object differs, 1 deferred" in drifted.out
    with session(info) as connection:
        run(connection, "DROP INDEX by_hand")

    again = difftool("apply", *on, "--yes", "--defer", "data-loss")
    assert (again.code, "snapshot" in again.out) == (0, False), "it is on record already"
    last = difftool("apply", *on, "--yes", "--allow", "data-loss:public.users.name")
    assert last.code == 0, last.err
    assert columns(info, "users") == ["id", "mail", "full_name"]
    assert difftool("check", *on).code == 0


def test_a_saved_plan_puts_off_what_it_was_made_to(difftool: Run, server18: Server, tmp_path: Path) -> None:
    info = server18.database(*USERS)
    (tmp_path / "schema.sql").write_text("CREATE TABLE users (id int PRIMARY KEY, mail text, full_name text);")
    on = ("--target", info.url(secrets=True))
    made = difftool("plan", *on, "--schema", "schema.sql", "--defer", "data-loss", "--out", "plan.json")
    assert made.code == 3
    refused = difftool("apply", "plan.json", *on, "--defer", "data-loss")
    assert (refused.code, "plan.json is a finished plan: --defer data-loss" in refused.err) == (2, True)
    done = difftool("apply", "plan.json", *on, "--yes", "--no-snapshot")
    assert done.code == 0, done.err
    assert "nothing records what was deferred" in done.err
    drift = difftool("check", *on, "--schema", "schema.sql", "--accept-deferred")
    assert (drift.code, "deferred" in drift.out) == (3, False)


def test_nothing_but_what_is_deferred_is_put_on_record(server18: Server, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, server18.database(*USERS), "CREATE TABLE users (id int PRIMARY KEY, mail text);")
    applied = api.apply(None, settings, defer=["data-loss"])
    assert applied.snapshot
    assert applied.outcomes == ()
    assert api.check(settings).only_deferred
    assert api.apply(None, settings, defer=["data-loss"]).snapshot == ""


def test_the_files_may_want_something_else_by_now(server18: Server, tmp_path: Path) -> None:
    info = server18.database(*USERS)
    wanted = "CREATE TABLE users (id int PRIMARY KEY, mail text, x int);"
    settings = settings_for(tmp_path, info, wanted)
    api.apply(None, settings, defer=["data-loss"])
    assert api.check(settings).only_deferred
    changed = settings_for(tmp_path, info, wanted.replace("x int", "x int, y int"))
    found = api.check(changed)
    assert ([u.name for u in found.unhandled], found.deferred) == (["public.users"], ())
    with session(info) as connection:
        assert rows(connection, "SELECT name FROM users") == [("a",)]


@pytest.mark.parametrize(
    ("words", "flags", "why"),
    [
        ("public.users.name", {}, "--defer public.users.name is no hazard"),
        ("all", {}, "--defer all is no hazard"),
        ("data-loss", {"engine": "migra"}, "the engine migra defers nothing"),
    ],
)
def test_what_cannot_be_meant(words: str, flags: dict[str, str], why: str, server18: Server, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, server18.database(*USERS), USERS[0], **flags)
    with pytest.raises(UsageError, match=why):
        api.plan(settings, defer=[words])


LATER = Deferred(
    Statement("ALTER TABLE public.t DROP a", "column", "public.t.a", "drop"), "data-loss", "deletes values"
)
ALONG = Deferred(Statement("DROP FUNCTION f()", "function", "public.f()", "drop"), "", "it needs what is deferred")


def test_every_format_says_what_is_put_off() -> None:
    plan = replace(SAME, proven=None, deferred=(LATER, ALONG))
    told = "drop column public.t.a: data-loss: deletes values"
    shown = piped(lambda console: show_plan(plan, console))
    assert f"\ndeferred\n\n  - {told}\n  - drop function public.f(): it needs what is deferred\n" in shown
    assert shown.endswith("no drift, 2 deferred\n")
    assert f"-- deferred: {told}\n" in FORMATS["sql"](plan)
    assert f"### Deferred\n\n- {told}\n" in FORMATS["markdown"](plan)
    assert f"::deferred: {told}\n" in FORMATS["github"](plan)
    assert "::error" not in FORMATS["github"](plan)


def test_a_fleet_tells_deferred_from_drifted() -> None:
    plan = replace(SAME, proven=None, deferred=(LATER, ALONG))
    row = fleet_row("a", "app", plan)
    assert (row.state, row.what, row.count) == ("deferred", "column public.t.a, function public.f()", 2)
    assert fleet_summary([row]) == "1 target: 1 deferred"
    drifted = replace(plan, unhandled=(Unhandled("table", "public.u", "missing in the target"),))
    assert fleet_row("a", "app", drifted).state == "drifted"


def test_with_another_type_beside(server18: Server, tmp_path: Path) -> None:
    """A column goes later while another gets its type by way of a second one, or that is what is put off."""
    before = ("CREATE TABLE t (a int, b text, c int)", "INSERT INTO t SELECT i, 'x', i FROM generate_series(1, 9) i")
    wanted = "CREATE TABLE t (a bigint, c int, d int); CREATE INDEX i ON t (c);"
    for words, now, later in (
        ("data-loss", ["a__new"], ["drop column public.t.b"]),
        ("breaks-clients:public.t.a", ["drop column public.t.b"], ["alter column public.t.a"]),
        ("breaks-clients", [], ["alter column public.t.a", "drop column public.t.b"]),
    ):
        target = server18.database(*before)
        settings = replace(
            settings_for(tmp_path, target, wanted), online_type_change=True, small_table="0", batch_rows=4
        )
        whole = api.plan(settings)
        assert any("a__new" in s.sql for s in whole.statements), "it is by way of a second column"
        plan = api.plan(settings, defer=[words])
        assert plan.proven is True, plan.unhandled
        assert sorted(said(plan)[1]) == later
        runs = "\n".join((*(s.sql for s in plan.statements), *said(plan)[0]))
        assert all(part in runs for part in now)
        assert ("a__new" in runs) is (now == ["a__new"])
        api.apply(plan, settings, allow=["all"])
        checked = api.check(settings)
        assert checked.only_deferred
        assert {d.statement.name for d in checked.deferred} == {d.rpartition(" ")[2] for d in later}
        api.apply(settings=settings, allow=["all"])
        assert not api.check(settings).differs
        with session(target) as connection:
            assert rows(connection, "SELECT count(a), sum(a) FROM t WHERE pg_typeof(a) = 'bigint'::regtype") == [
                (9, 45)
            ]
