"""What a plan will meet among the rows: counted before anybody is asked, in the words of the hazard."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_rules import statements

from difftool.parse import parse
from difftool.pg.connection import rows, run, session
from difftool.rows_today import _said, with_rows
from difftool.rules import annotate, probes
from difftool.rules.facts import read_facts
from difftool.rules.rows import harmless

BEFORE = (
    "CREATE TYPE mood AS ENUM ('ok', 'bad')",
    "CREATE TABLE p (id integer PRIMARY KEY)",
    'CREATE TABLE "T t" (id integer, a integer, b text, "M" mood)',
    """INSERT INTO "T t" VALUES (1, NULL, 'x', 'ok'), (1, 2, NULL, 'bad'), (2, 3, 'X', 'bad'), (NULL, 4, 'y', NULL)""",
    "CREATE TABLE e (id integer)",
    'CREATE TABLE "{x} %s" ("{0}" integer)',
    "CREATE TABLE n (t text, v varchar(20), i bigint, f float, d numeric(10, 3), at timestamp, empty text)",
    "INSERT INTO n VALUES ('12', 'short', 5, 1, 1, '2024-01-01', NULL), (' 13 ', 'much longer  ', 70000, 1.5, 12345.678, "
    "'2024-01-01 10:00', NULL), ('x', 'much too long', 3000000000, 'NaN', 'NaN', NULL, NULL), (NULL, NULL, NULL, NULL, NULL, "
    "NULL, NULL)",
    'INSERT INTO "{x} %s" VALUES (NULL)',
)
CASES = [
    ('ALTER TABLE "T t" ALTER COLUMN a SET NOT NULL', '1 row of "public.T t" has no value in column "a": it fails; give them one first'),
    ('ALTER TABLE "T t" ADD CONSTRAINT c CHECK (a > 2)', '1 row of "public.T t" violates "c": it fails; mend them first'),
    ('ALTER TABLE "T t" ADD CONSTRAINT c CHECK (a > 2) NOT VALID', '1 row of "public.T t" violates "c": it fails; mend them first'),
    ('ALTER TABLE "T t" ADD CONSTRAINT c CHECK (a > 0)', ""),
    ('ALTER TABLE "T t" ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES p', '3 rows of "public.T t" point at no row of "public.p": it fails; mend or delete them first'),
    ('ALTER TABLE "T t" ADD CONSTRAINT u UNIQUE (id)', '1 row of (id) in "public.T t" stands more than once: it fails; let each be there once'),
    ('ALTER TABLE "T t" ADD CONSTRAINT u UNIQUE (id, a)', ""),
    ('CREATE UNIQUE INDEX CONCURRENTLY i ON "T t" (lower(b))', '1 row of (lower(b)) in "public.T t" stands more than once: it fails; let each be there once'),
    ('CREATE UNIQUE INDEX i ON "T t" (id) WHERE a > 2', ""),
    ('ALTER TABLE "T t" DROP COLUMN b', '3 rows of "public.T t" have a value in column "b" now'),
    ("ALTER TABLE e ALTER COLUMN id SET NOT NULL", ""),
    ('ALTER TABLE "{x} %s" ALTER COLUMN "{0}" SET NOT NULL', '1 row of "public.{x} %s" has no value in column "{0}": it fails; give them one first'),
]  # fmt: skip
N = 'of "public.n" {} a value in column'
ONE, MORE = N.format("has"), N.format("have")
NARROWED = [
    ("v TYPE varchar(11)", [f'1 row {ONE} "v" that is longer than 11: it fails; shorten it first']),
    ("v TYPE varchar(12)", [f'1 row {ONE} "v" that is longer than 12: it fails; shorten it first']),
    ("v TYPE varchar(4) USING v::varchar(4)", [f'3 rows {MORE} "v" that is longer than 4, and is cut']),
    ("v TYPE varchar(13)", []),
    ("t TYPE integer USING t::integer", [f'1 row {ONE} "t" that is no integer: it fails; change it first']),
    ("t TYPE numeric USING t::numeric", [f'1 row {ONE} "t" that is no numeric: it fails; change it first']),
    ("i TYPE integer", [f'1 row {ONE} "i" that is beyond the range of integer: it fails; change it first']),
    ("i TYPE smallint", [f'2 rows {MORE} "i" that is beyond the range of smallint: it fails; change it first']),
    ("i TYPE numeric", []),
    ("f TYPE integer", [f'1 row {ONE} "f" that has digits after the point, which are rounded away', f'1 row {ONE} "f" that is beyond the range of integer: it fails; change it first']),
    ("d TYPE numeric(6, 2)", [f'1 row {ONE} "d" that has more than 2 digits after the point, which are rounded away', f'1 row {ONE} "d" that has more than 4 digits before the point: it fails; change it first']),
    ("at TYPE date", [f'1 row {ONE} "at" that has a time of day, which is lost']),
    ("empty TYPE uuid USING empty::uuid", []),
]  # fmt: skip


@pytest.mark.parametrize("sql, said", NARROWED, ids=lambda x: str(x)[:40])
def test_values_without_room(sql: str, said: list[str], server: Server) -> None:
    info = server.database(*BEFORE)
    with session(info) as connection:
        facts = read_facts(connection)
        plan = annotate(statements(f"ALTER TABLE n ALTER COLUMN {sql}"), facts)
        seen = with_rows(plan, facts, lambda: nullcontext(connection))
    assert [h.detail for h in seen[0].hazards if h not in plan[0].hazards] == said


def test_rows_of_a_dropped_table(server18: Server) -> None:
    info = server18.database(*BEFORE)
    with session(info) as connection:
        facts = read_facts(connection)
        plan = annotate(statements("DROP TABLE n", "DROP TABLE e"), facts)
        seen = with_rows(plan, facts, lambda: nullcontext(connection))
    more = [h.detail for s, was in zip(seen, plan, strict=True) for h in s.hazards if h not in was.hazards]
    assert more == ['4 rows of "public.n" are there now']


def test_a_big_table_is_sampled_and_that_is_said(server18: Server) -> None:
    info = server18.database(*BEFORE)
    with session(info) as connection:
        facts = read_facts(connection)
        big = tuple(replace(r, bytes=2 * 1024**3 if r.name.name == "n" else r.bytes) for r in facts.relations)
        plan = statements("ALTER TABLE n ALTER COLUMN i SET NOT NULL")
        ((_, look),) = probes(plan, replace(facts, relations=big))
        assert look.sql == "SELECT 1 FROM public.n TABLESAMPLE SYSTEM (9.766) WHERE i IS NULL"
        whole = replace(look, sql=look.sql.replace("9.766", "100"))
        words = (
            'in a sample of 100 % of it, 1 row of "public.n" has no value in column "i": it fails; give them one first'
        )
        assert _said(whole, connection) == words


@pytest.mark.parametrize("sql, said", CASES, ids=lambda x: x[:60])
def test_words(sql: str, said: str, server: Server) -> None:
    info = server.database(*BEFORE)
    with session(info) as connection:
        facts = read_facts(connection)
        plan = annotate(statements(sql), facts)
        seen = with_rows(plan, facts, lambda: nullcontext(connection))
    more = [h.detail for s, was in zip(seen, plan, strict=True) for h in s.hazards if h not in was.hazards]
    assert more == [said] * bool(said)


def test_labels_that_go(server18: Server) -> None:
    info = server18.database(*BEFORE)
    plan = statements(
        "ALTER TYPE mood RENAME TO mood__replaced",
        "CREATE TYPE mood AS ENUM ('ok')",
        'ALTER TABLE "T t" ALTER COLUMN "M" TYPE mood USING "M"::text::mood',
        "DROP TYPE mood__replaced",
    )
    with session(info) as connection:
        facts = read_facts(connection)
        seen = with_rows(plan, facts, lambda: nullcontext(connection))
    assert [h.detail for h in seen[2].hazards] == [
        """2 rows of "public.T t" hold 'bad' in column "M": it fails; change those first"""
    ]


def test_a_plan_that_rows_will_stop_is_refused(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE t (id integer, a integer)", "INSERT INTO t VALUES (1, NULL), (1, 1)")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (id integer UNIQUE, a integer NOT NULL);")
    ran = difftool("apply", "--target", now.url(secrets=True), "--yes", "--allow", "breaks-clients")
    assert (ran.code, "fails-on-rows" in ran.err) == (4, True), ran.err
    with session(now) as connection:
        run(connection, "UPDATE t SET id = coalesce(a, 0), a = 1")
    ran = difftool("apply", "--target", now.url(secrets=True), "--yes", "--allow", "breaks-clients")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "expression, good",
    [
        ("a > 0 AND lower(b) <> 'x'::text", True),
        ("a = ANY (ARRAY['x'::text, 'y'::text])", True),
        ("(a)::date IS NULL", True),
        ("pg_catalog.pg_read_file('x') IS NULL", False),
        ("app.lower(a) = ''", False),
        ("f(a)", False),
        ("a::app.t = 'x'", False),
        ("a OPERATOR(app.=) b", False),
        ("a @@@ b", False),
        ("(SELECT true)", False),
        ("CURRENT_USER = 'x'", False),
    ],
)
def test_no_code_of_the_schema_runs_on_the_target(expression: str, good: bool) -> None:
    parsed = parse(f"ALTER TABLE t ADD CHECK ({expression})")
    assert parsed and harmless(parsed[0].cmds[0].def_.raw_expr) is good


def test_a_look_that_takes_too_long_says_nothing_and_stops_nothing(server18: Server) -> None:
    info = server18.database("CREATE TABLE t (id integer, a integer)", "INSERT INTO t VALUES (1, 1)")
    with session(info) as connection, session(info) as other:
        facts = read_facts(connection)
        run(other, "BEGIN; LOCK TABLE t")
        seen = with_rows(
            statements("ALTER TABLE t ALTER COLUMN a SET NOT NULL"), facts, lambda: nullcontext(connection)
        )
        assert seen[0].hazards == ()
        assert rows(connection, "SELECT 1") == [(1,)]
