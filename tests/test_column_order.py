"""Columns that stand in another order: no difference by default, but noted; strict, a difference that nothing settles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool import api
from difftool.catalog import parse
from difftool.model import Plan, Unhandled
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import Dump
from difftool.positions import KIND, Reordered, notes, reordered, users
from difftool.settings import Settings, load

Run = Callable[..., Ran]
NOW, WANTED = "CREATE TABLE t (b text, a int)", "CREATE TABLE t (a int, b text);"
NOTE = "columns of public.t stand as (b, a), desired (a, b)"
WHY = "only a rebuild changes that: a new table, its rows copied, under the old one's name"


class Desk:
    """A folder with a desired schema, and what is done from there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settings(self, target: Conninfo, wanted: str, order: str = "", allow: tuple[str, ...] = ()) -> Settings:
        (self.folder / "schema.sql").write_text(wanted)
        flags = {"target": target.url(secrets=True), "schema": str(self.folder / "schema.sql")}
        return load(start=self.folder, flags={**flags, "column_order": order, "allow": list(allow)}, environ={})

    def plan(self, target: Conninfo, wanted: str, order: str = "") -> Plan:
        return api.plan(self.settings(target, wanted, order))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def columns_notes(plan: Plan) -> list[str]:
    """The notes that are about columns."""
    return [n for n in plan.notes if "columns of" in n]


def test_another_order_is_noted_and_no_difference(server: Server, desk: Desk) -> None:
    target = server.database(NOW)
    plan = desk.plan(target, WANTED)
    assert (plan.statements, plan.unhandled, plan.proven, plan.notes) == ((), (), True, (NOTE,))
    checked = api.check(desk.settings(target, WANTED))
    assert (checked.differs, checked.notes) == (False, (NOTE,))
    assert plan.fingerprints.target == plan.fingerprints.desired


def test_strict_names_it_and_moves_nothing(server: Server, desk: Desk) -> None:
    target = server.database(NOW)
    named = (Unhandled(KIND, "public.t", f"its columns stand as (b, a), desired (a, b); {WHY}"),)
    plan = desk.plan(target, WANTED, "strict")
    assert (plan.statements, plan.unhandled, plan.proven) == ((), named, False)
    assert columns_notes(plan) == []
    assert api.check(desk.settings(target, WANTED, "strict")).unhandled == named
    settings = desk.settings(target, WANTED.replace("int", "bigint"), "strict", ("all",))
    plan = api.plan(settings)
    assert [s.sql for s in plan.statements] == ["ALTER TABLE public.t ALTER COLUMN a TYPE bigint"]
    assert plan.unhandled == named
    applied = api.apply(plan, settings, allow=["all"], snapshot=False)
    assert applied.left == named, "what was left is said again"


def test_the_note_is_of_what_the_plan_will_leave(server: Server, desk: Desk) -> None:
    target = server.database("CREATE TABLE t (a int, b text)")
    wanted = 'CREATE TABLE t (a int, "new one" int, b text);'
    plan = desk.plan(target, wanted)
    assert columns_notes(plan) == ["columns of public.t stand as (a, b, new one), desired (a, new one, b)"]
    assert len(plan.statements) == 1
    assert plan.proven is True
    assert columns_notes(desk.plan(target, "CREATE TABLE t (a int, b text, c int);")) == []
    strict = desk.plan(target, wanted, "strict")
    assert [(u.kind, u.name) for u in strict.unhandled] == [(KIND, "public.t")]


def test_what_is_dropped_leaves_the_order_as_it_is(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE TABLE t (a int, x int, b text)", "CREATE TABLE gone (b int, a int)")
    plan = desk.plan(target, WANTED, "strict")
    assert plan.unhandled == ()
    assert columns_notes(plan) == []


def test_functions_that_go_by_the_order_are_noted(server: Server, desk: Desk) -> None:
    bodies = """
    CREATE FUNCTION reads() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
    CREATE FUNCTION writes(x int) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN -- SELECT * FROM t
            INSERT INTO public.t VALUES ('x', 1); INSERT INTO t AS n SELECT 'y', 2; END $$;
    CREATE PROCEDURE does_both() LANGUAGE plpgsql AS $f$ DECLARE r record; BEGIN
        FOR r IN SELECT t.*, 1 FROM "t" LOOP INSERT INTO t (SELECT 'a', 1); END LOOP; END $f$;
    CREATE FUNCTION names_them() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO t (a, b) VALUES (2 * 3, 'INSERT INTO t VALUES (1)'); RETURN (SELECT count(*) FROM t WHERE a * 2 > 1); END $$;
    CREATE FUNCTION elsewhere() RETURNS SETOF u LANGUAGE sql AS 'SELECT * FROM u';
    CREATE FUNCTION another() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN PERFORM * FROM other.t; RETURN 1; END';
    """
    schema = "CREATE SCHEMA other; CREATE TABLE u (a int); {}; CREATE TABLE other.t (a int);" + bodies
    target = server.database(schema.format(NOW))
    plan = desk.plan(target, schema.format(WANTED.rstrip(";")))
    assert (plan.statements, plan.unhandled, plan.proven) == ((), (), True)
    goes = "goes by the order of the columns of public.t"
    assert plan.notes == (
        NOTE,
        f"procedure public.does_both() {goes}: SELECT * and INSERT without columns",
        f"function public.reads() {goes}: SELECT *",
        f"function public.writes(integer) {goes}: INSERT without columns",
    )
    assert desk.plan(target, schema.format(WANTED.rstrip(";")), "strict").notes[-3:] == plan.notes[1:]


def test_a_view_that_goes_by_position_stays_named(server18: Server, desk: Desk) -> None:
    view = "CREATE VIEW v AS SELECT x.one FROM t x(one, two)"
    target = server18.database(NOW, view)
    checked = api.check(desk.settings(target, f"{WANTED} {view};"))
    assert ("column-order", "public.v") in [(u.kind, u.name) for u in checked.unhandled]
    assert checked.differs


def test_commands_and_exit_codes(server18: Server, difftool: Run, tmp_path: Path) -> None:
    target = server18.database(NOW)
    (tmp_path / "schema.sql").write_text(WANTED)
    url = target.url(secrets=True)
    ran = difftool("check", "--schema", "schema.sql", DATABASE_URL=url)
    assert ran.code == 0
    assert f"\nnotes\n\n  - {NOTE}\n" in ran.out
    for command in ("check", "plan"):
        ran = difftool(command, "--schema", "schema.sql", "--column-order", "strict", DATABASE_URL=url)
        assert ran.code == 3
        assert (
            "column-order public.t: its columns stand as (b, a), desired (a, b); only a rebuild changes that" in ran.out
        )
    ran = difftool("apply", "--yes", "--schema", "schema.sql", "--column-order", "strict", DATABASE_URL=url)
    assert ran.code == 4
    (tmp_path / "difftool.toml").write_text('schema = "schema.sql"\ncolumn_order = "strict"\n')
    shown = json.loads(difftool("plan", "--format", "json", DATABASE_URL=url).out)
    assert [u["kind"] for u in shown["unhandled"]] == ["column-order"]
    assert difftool("check", "--column-order", "any", DATABASE_URL=url).code == 0
    assert difftool("check", DATABASE_URL=url, DIFFTOOL_COLUMN_ORDER="sideways").code == 2


# without a server


def catalog(*tables: str) -> Dump:
    head = "-- Name: {}; Type: {}; Schema: public; Owner: -\n\n{};\n"
    return Dump("\n".join(head.format(*t.split("|")) for t in tables), (), 18)


@pytest.mark.parametrize(
    ("now", "want", "found"),
    [
        ("a integer,\n    b text", "a integer,\n    b text", ()),
        ("b text,\n    a integer", "a integer,\n    b text", (("b", "a"), ("a", "b"))),
        ('"x, y" integer,\n    "CONSTRAINT" text', '"CONSTRAINT" text,\n    "x, y" integer', (("x, y", "CONSTRAINT"), ("CONSTRAINT", "x, y"))),
        ("a integer,\n    CONSTRAINT b CHECK (a > 0)", "CONSTRAINT b CHECK (a > 0),\n    a integer", ()),
        ("a integer,\n    gone text,\n    b text", "a integer,\n    new text,\n    b text", ()),
        ("a text DEFAULT 'b integer,'::text,\n    b text", "a text,\n    b text", ()),
    ],
)  # fmt: skip
def test_orders_of_a_dump(now: str, want: str, found: tuple[tuple[str, ...], ...]) -> None:
    table = "t|TABLE|CREATE TABLE public.t (\n    {}\n)"
    sides = (parse(catalog(table.format(text))) for text in (now, want))
    assert [(r.now, r.want) for r in reordered(*sides)] == ([found] if found else [])


def test_a_table_of_one_side_has_no_order() -> None:
    both = parse(catalog("t|TABLE|CREATE TABLE public.t (\n    a integer\n)")), parse(catalog())
    assert reordered(*both) == reordered(*reversed(both)) == ()


def test_long_lists_are_cut() -> None:
    names = tuple("abcdefghijkl")
    text = notes((Reordered("s", "t", names, names[::-1]),), parse(catalog()))
    assert text == (
        "columns of s.t stand as (a, b, c, d, e, f, g, h and 4 more), desired (l, k, j, i, h, g, f, e and 4 more)",
    )


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("LANGUAGE sql\n    AS $$ SELECT * FROM t $$", "SELECT *"),
        ("LANGUAGE sql\n    AS $$ SELECT 2 * 3 FROM t $$", ""),
        ("LANGUAGE sql\n    AS $$ SELECT (1) * 3, count(*) FROM t $$", ""),
        ("LANGUAGE sql\n    AS $$ SELECT DISTINCT ON (a) * FROM t $$", "SELECT *"),
        ("LANGUAGE sql\n    AS $$ INSERT INTO t DEFAULT VALUES $$", ""),
        ("LANGUAGE sql\n    AS $$ INSERT INTO s.t OVERRIDING SYSTEM VALUE VALUES (1) $$", ""),
        ("LANGUAGE sql\n    AS $$ INSERT INTO public.t OVERRIDING SYSTEM VALUE VALUES (1) $$", "INSERT without columns"),
        ("LANGUAGE sql\n    AS $$ INSERT INTO t (WITH x AS (SELECT 1) TABLE x) $$", "INSERT without columns"),
        ("LANGUAGE sql\n    AS $$ DELETE FROM t RETURNING * $$", "SELECT *"),
        ("LANGUAGE sql\n    AS 'SELECT ''x'', * FROM T'", "SELECT *"),
        ("LANGUAGE sql\n    AS $$ SELECT * FROM \"T\" $$", ""),
        ("LANGUAGE plpythonu\n    AS $$ SELECT * FROM t $$", ""),
        ("LANGUAGE c\n    AS 't', 't'", ""),
        ("LANGUAGE sql\n    AS $$ SELECT * FROM t 'no end $$", ""),
        ("LANGUAGE sql\n    BEGIN ATOMIC\n SELECT t.a FROM t WHERE (t.b = 'SELECT * FROM t'::text);\nEND", ""),
    ],
)  # fmt: skip
def test_what_a_body_goes_by(body: str, how: str) -> None:
    made = parse(catalog(f"f()|FUNCTION|CREATE FUNCTION public.f() RETURNS void\n    {body}"))
    found = list(users((Reordered("public", "t", ("a", "b"), ("b", "a")),), made))
    assert found == ([f"function public.f() goes by the order of the columns of public.t: {how}"] if how else [])
