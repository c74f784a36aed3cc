"""Another type by way of a second column: what others write meanwhile, what a stop leaves, and where it is not done."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_online import CASES, apply, arrived, databases, planned
from test_rules import statements

from difftool.online import online
from difftool.pg.connection import rows, run, session
from difftool.rules import annotate
from difftool.rules.facts import read_facts
from difftool.segments import segments

CASE = next(c for c in CASES if c.name == "type_change")
BEFORE = ("CREATE TABLE t (id int PRIMARY KEY, a int)", "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i")
SUPPRESS = "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
CHANGE = "ALTER TABLE public.t ALTER COLUMN a TYPE bigint"


def test_what_others_write_meanwhile_is_there(server: Server) -> None:
    now, want = databases(CASE, server)
    plan, _ = planned(now, want, retype=True)
    with session(now) as other:
        for number, segment in enumerate(segments(plan)):
            run(other, f"INSERT INTO t (a, b) VALUES ({10_000 + number}, 'n{number}')")
            run(other, f"UPDATE t SET a = {20_000 + number} WHERE b = 'x{number + 1}'")
            apply(now, segment)
        count = len(segments(plan))
        assert rows(other, "SELECT count(*), count(DISTINCT id) FROM t") == [(1000 + count, 1000 + count)]
        found = rows(other, "SELECT a FROM t WHERE b LIKE 'n%' ORDER BY a")
        assert found == [(10_000 + number,) for number in range(count)]
        assert rows(other, "SELECT count(*) FROM t WHERE a >= 20000") == [(count,)]
    arrived(now, want, server)


@pytest.mark.parametrize("stopped", [1, 2, 3, 4, 5, 6, 10, 15])
def test_what_a_stop_leaves_is_gone_on_with(stopped: int, server18: Server) -> None:
    now, want = databases(CASE, server18)
    plan, _ = planned(now, want, retype=True)
    apply(now, tuple(chain.from_iterable(segments(plan)[:stopped])))
    rest, facts = planned(now, want, retype=True)
    assert {h.kind for s in annotate(rest, facts, retype=True) for h in s.hazards} <= {"breaks-clients"}
    apply(now, rest)
    arrived(now, want, server18)
    with session(now) as connection:
        assert rows(connection, "SELECT count(*), sum(a), sum(id) FROM t") == [(1000, 500_500, 500_500)]


def test_what_a_subscription_writes_is_there_too(server18: Server) -> None:
    """What comes by replication sets off only triggers that are always enabled."""
    now, want = databases(CASE, server18)
    plan, _ = planned(now, want, retype=True)
    with session(now) as other:
        run(other, "SET session_replication_role = replica")
        for segment in segments(plan):
            apply(now, segment)
            run(other, "UPDATE t SET a = a + 1 WHERE b = 'x7'")
        assert rows(other, "SELECT a FROM t WHERE b = 'x7'") == [(7 + len(segments(plan)),)]


@pytest.mark.parametrize("broken", ['DISABLE TRIGGER "~a__new"', 'ENABLE TRIGGER "~a__new"', "DROP"])
def test_values_that_no_trigger_kept_are_not_believed(broken: str, server18: Server) -> None:
    now, want = databases(CASE, server18)
    plan, _ = planned(now, want, retype=True)
    filled = next(n for n, s in enumerate(segments(plan)) if "t_a__new" in s[0].sql) + 2
    apply(now, tuple(chain.from_iterable(segments(plan)[:filled])))
    with session(now) as connection:
        run(connection, f"ALTER TABLE t {broken}" if broken != "DROP" else 'DROP TRIGGER "~a__new" ON t')
        run(connection, "UPDATE t SET a = a + 1")
    rest, facts = planned(now, want, retype=True)
    assert "data-loss" in [h.kind for s in annotate(rest, facts, retype=True) for h in s.hazards]
    apply(now, rest)
    arrived(now, want, server18)
    with session(now) as connection:
        assert rows(connection, "SELECT count(*), sum(a) FROM t") == [(1000, 501_500)]


@pytest.mark.parametrize(
    ("besides", "change", "why"),
    [
        ("CREATE TABLE s (b int REFERENCES t)", CHANGE.replace(" a ", " id "), "foreign keys point at it"),
        ("ALTER TABLE t ALTER a SET NOT NULL, ALTER a ADD GENERATED ALWAYS AS IDENTITY", CHANGE, "an identity"),
        ("SELECT 1", CHANGE.replace("bigint", "text USING 'x'"), "values may be lost"),
        ("CREATE TABLE s () INHERITS (t)", CHANGE, "other tables inherit from it"),
        ("CREATE TRIGGER g BEFORE UPDATE ON t EXECUTE FUNCTION suppress_redundant_updates_trigger()", CHANGE, "fire"),
        ("ALTER TABLE t ADD CHECK (a > 0) NOT VALID", CHANGE, "one of its constraints is not valid"),
        ("ALTER TABLE t ADD a__new text", CHANGE, 'column "a__new" is in the way'),
        ("ALTER TABLE t ADD EXCLUDE (a WITH =)", CHANGE, "it is in an exclusion constraint"),
        ("ALTER TABLE t ADD a__new bigint", CHANGE, 'column "a__new" is in the way'),
        ("CREATE TABLE s (x t[])", CHANGE, "values are stored elsewhere as the table's row type"),
        (f'CREATE TRIGGER "ä" BEFORE INSERT ON t FOR EACH ROW {SUPPRESS}', CHANGE, 'trigger "ä" would fire after'),
        ("ALTER TABLE t ALTER a TYPE real", CHANGE.replace("bigint", "text"), "settings of whoever writes"),
        ("ALTER TABLE t DROP a, ADD a date", CHANGE.replace("bigint", "timestamptz"), "settings of whoever writes"),
    ],
)
def test_where_it_cannot_be_it_stays_one_statement(besides: str, change: str, why: str, server18: Server) -> None:
    now = server18.database(*BEFORE, besides, owner=False)
    with session(now) as connection:
        facts = read_facts(connection)
    plan = statements(change)
    assert online(plan, facts, retype=True) == plan
    assert any(
        f"which is left to you: {why}" in h.detail or why in h.detail
        for h in annotate(plan, facts, retype=True)[0].hazards
    )


def test_only_where_it_is_asked_for(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database(*BEFORE)
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (id int PRIMARY KEY, a bigint);")
    target = ("--target", now.url(secrets=True))
    plain = difftool("plan", *target, "--format", "sql", DIFFTOOL_SMALL_TABLE="0")
    assert (plain.code, "ALTER COLUMN a TYPE bigint" in plain.out, "a__new" in plain.out) == (3, True, False)
    ran = difftool("apply", *target, "--yes", "--online-type-change", DIFFTOOL_SMALL_TABLE="0")
    assert ran.code == 0, ran.err + ran.out
    assert "alter column public.t.a__new" in ran.err
    with session(now) as connection:
        assert rows(connection, "SELECT count(*), sum(a), pg_typeof(min(a))::text FROM t") == [
            (1000, 500_500, "bigint")
        ]
        assert rows(connection, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == [(0,)]


def test_what_is_left_is_spoken_of_without_the_option(
    difftool: Callable[..., Ran], server18: Server, tmp_path: Path
) -> None:
    want = server18.database("CREATE TABLE t (id int PRIMARY KEY, a bigint)", owner=False)
    now = server18.database(*BEFORE)
    apply(now, planned(now, want, retype=True)[0][:5])
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (id int PRIMARY KEY, a bigint);")
    target = ("--target", now.url(secrets=True))
    said = "public.t.a__new was left by a change of type that stopped: --online-type-change goes on with it"
    assert said in difftool("plan", *target, DIFFTOOL_SMALL_TABLE="0").out
    assert said not in difftool("plan", *target, "--online-type-change", DIFFTOOL_SMALL_TABLE="0").out


def test_no_column_is_without_its_default_while_another_is_filled(server18: Server) -> None:
    """The index knows both columns: the second one would be begun when the first one is done but for its default."""
    table = "CREATE TABLE t (id int PRIMARY KEY, b {0} NOT NULL DEFAULT 1, a {0}); CREATE INDEX i ON t (b, a)"
    now, want = (server18.database(table.format(type_), owner=False) for type_ in ("int", "bigint"))
    plan, _ = planned(now, want, retype=True)
    with session(now) as other:
        for number, segment in enumerate(segments(plan)):
            apply(now, segment)
            run(other, f"INSERT INTO t (id) VALUES ({number})")
        assert rows(other, "SELECT count(*) FROM t WHERE b = 1") == [(len(segments(plan)),)]
    apply(now, planned(now, want, retype=True)[0])
    arrived(now, want, server18)


@pytest.mark.parametrize(("columns", "moves"), [("a {}, b text", True), ("b text, a {}", False)])
def test_who_goes_by_the_order_of_columns_is_told(columns: str, moves: bool, server18: Server) -> None:
    table = f"CREATE TABLE t (id int PRIMARY KEY, {columns})"
    now, want = (server18.database(table.format(type_), owner=False) for type_ in ("int", "bigint"))
    with session(now) as connection:
        run(connection, "INSERT INTO t (id, a) SELECT i, i FROM generate_series(1, 100) i")
    plan, facts = planned(now, want, retype=True)
    found = [h for s in annotate(plan, facts, retype=True) for h in s.hazards]
    assert [(h.kind, h.objects) for h in found] == [("breaks-clients", ("public.t.a",))] * moves
    assert all('column "a" of "public.t"' in h.detail and "becomes its last one" in h.detail for h in found)


def test_names_that_break_a_dollar_quote(server18: Server) -> None:
    table = 'CREATE TABLE "t $fill$" ("a $fill$ %" {} DEFAULT 3)'
    now, want = (server18.database(table.format(type_), owner=False) for type_ in ("int", "bigint"))
    with session(now) as connection:
        run(connection, 'INSERT INTO "t $fill$" SELECT generate_series(1, 100)')
    plan, _ = planned(now, want, retype=True)
    assert len(segments(plan)) > 1
    apply(now, plan)
    arrived(now, want, server18)
