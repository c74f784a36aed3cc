"""Plans in their online form: the exact statements, what is committed when, and both judges on the result.

A case is a folder of ``online/``: ``before.sql``, ``after.sql``, and ``plan.sql``, whose blocks are the segments; a plan
that differs on PostgreSQL 18 has ``plan.18.sql`` too. A new case needs no code.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_native import PAIRS, make_roles, said

from difftool.batches import as_backfill
from difftool.catalog import compare
from difftool.clone import read_catalog
from difftool.engine import native
from difftool.model import Statement
from difftool.objects import differing
from difftool.online import bound_anew, online
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump
from difftool.prove import as_statements
from difftool.rules import annotate
from difftool.rules.belongs import attached, read_belongs
from difftool.rules.facts import Facts, read_facts
from difftool.segments import is_transaction, segments

CASES = sorted(p for p in (Path(__file__).parent / "online").iterdir() if p.is_dir())
BLOCKING = {"in_between", "domains", "once", "rebuilt_view"}
"""The cases with something that has no online form."""
RICH = [p for p in PAIRS if p.name in ("tables", "code_part", "types_comp", "types_domain", "partitions_referenced")]


def planned(
    now: Conninfo, want: Conninfo, *, small: int = 0, retype: bool = False
) -> tuple[tuple[Statement, ...], Facts]:
    """The online form of what the native engine proposes, for tables of which none is small; and the facts."""
    with session(now) as connection:
        facts = read_facts(connection)
        role = rows(connection, "SELECT current_user")[0][0]
    found = native.compare(native.read(now), native.read(want), role, lambda _: True)
    with session(want) as connection:
        facts = replace(facts, wanted=read_belongs(connection, attached(found.statements, facts)))
    assert found.refused == ()
    return online(as_statements(found.statements), facts, small=small, retype=retype), facts


def apply(info: Conninfo, plan: tuple[Statement, ...]) -> None:
    with session(info) as connection:
        for segment in segments(plan):
            together = is_transaction(segment)
            for sql in (*(["BEGIN"] * together), *(s.sql for s in segment), *(["COMMIT"] * together)):
                run(connection, sql)


def written(plan: tuple[Statement, ...]) -> str:
    """The segments, a block each; what is filled in batches in few words."""
    return "\n\n".join("\n".join(f"{short(s.sql)};" for s in segment) for segment in segments(plan)) + "\n"


def short(sql: str) -> str:
    filling = as_backfill(sql)
    return f"-- in batches: {filling.plain}" if filling else sql


def databases(case: Path, server: Server) -> tuple[Conninfo, Conninfo]:
    before, after = ((case / f"{name}.sql").read_text() for name in ("before", "after"))
    make_roles(server, said(before, "roles"))
    return server.database(before, owner=False), server.database(after, owner=False)


def arrived(now: Conninfo, want: Conninfo, server: Server) -> None:
    """Both judges see no difference, and no plan is left."""
    program = find_pg_dump(server.major, now)
    assert compare(*(read_catalog(info, server.major, program) for info in (now, want))) == ()
    assert list(differing(native.read(now), native.read(want))) == []
    assert planned(now, want)[0] == ()


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_case(case: Path, server: Server) -> None:
    now, want = databases(case, server)
    retype = case.name.startswith("type_change")
    plan, facts = planned(now, want, retype=retype)
    expected = next(p for p in (case / f"plan.{server.major}.sql", case / "plan.sql") if p.exists())
    assert written(plan) == expected.read_text()
    blocking = [(s.sql, h.detail) for s in annotate(plan, facts) for h in s.hazards if h.kind.startswith("blocks")]
    assert (blocking == []) or case.name in BLOCKING, blocking
    apply(now, plan)
    arrived(now, want, server)


def test_attach_takes_the_word_of_the_checks(server: Server) -> None:
    """PostgreSQL says at DEBUG1 where it need not look, and where it does."""
    now, want = databases(next(c for c in CASES if c.name == "partitions_attached"), server)
    plan, _ = planned(now, want)
    with session(now) as connection:
        run(connection, "SET client_min_messages = debug1")
        for statement in plan:
            del connection.notices[:]
            run(connection, statement.sql)
            read = set(re.findall('verifying table "(.+?)"', " ".join(connection.notices)))
            assert "VALIDATE" in statement.sql or read <= {"n1", "p2"}, statement.sql


@pytest.mark.parametrize("way", ["there", "back"])
@pytest.mark.parametrize("pair", RICH, ids=lambda p: p.name)
def test_pairs_of_the_engine(pair: Path, way: str, server: Server) -> None:
    if server.major < int(said((pair / "before.sql").read_text(), "since") or 0):
        pytest.skip(f"needs PostgreSQL {said((pair / 'before.sql').read_text(), 'since')}")
    now, want = databases(pair, server)[:: 1 if way == "there" else -1]
    apply(now, planned(now, want)[0])
    arrived(now, want, server)


def test_a_materialized_view_in_use_is_refreshed_concurrently(server18: Server) -> None:
    """Where it has a unique index on plain columns, and holds something."""
    views = ("fit", "plain", "in_part", "unfilled")
    made = [f"CREATE MATERIALIZED VIEW {v} AS SELECT 1 AS a WITH {'NO ' * (v == 'unfilled')}DATA" for v in views]
    unique = [f"CREATE UNIQUE INDEX ON {v} (a) {'WHERE a > 0' * (v == 'in_part')}" for v in views if v != "plain"]
    info = server18.database(*made, *unique)
    with session(info) as connection:
        facts = read_facts(connection)
        plan = online(as_statements([f"REFRESH MATERIALIZED VIEW public.{v}" for v in views]), facts)
        assert [s.sql.removeprefix("REFRESH MATERIALIZED VIEW ") for s in plan] == [
            "CONCURRENTLY public.fit",
            "public.plain",
            "public.in_part",
            "public.unfilled",
        ]
        for statement in plan:
            run(connection, statement.sql)


def test_a_plan_tells_of_foreign_keys_that_come_again(difftool: Callable[..., Ran], server18: Server) -> None:
    sides = databases(next(c for c in CASES if c.name == "keys"), server18)
    plan, _ = planned(*sides)
    assert bound_anew(plan) == ("public.r.r_s",)
    ran = difftool("diff", *(info.url(secrets=True) for info in sides))
    assert "dropped, added again and checked anew: foreign key public.r.r_s" in ran.out + ran.err


@pytest.mark.parametrize(("count", "beside"), [(3000, True), (10, False)])
def test_a_small_view_of_a_large_table_is_filled_beside(count: int, beside: bool, server18: Server) -> None:
    table = "CREATE TABLE t (a int, b text); CREATE VIEW w AS SELECT a FROM t;"
    view = "CREATE MATERIALIZED VIEW v AS SELECT count(*) AS n{} FROM w"
    now, want = (server18.database(table + view.format(more), owner=False) for more in ("", ", max(a) AS m"))
    with session(now) as connection:
        run(connection, f"INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, {count}) i")
    plan, _ = planned(now, want, small=100_000)
    assert any("v__building" in s.sql for s in plan) is beside
    apply(now, plan)
    arrived(now, want, server18)


def test_small_and_new_tables_need_no_online_form(server18: Server) -> None:
    case = next(c for c in CASES if c.name == "index")
    now, want = databases(case, server18)
    plan, _ = planned(now, want, small=10_000_000)
    assert len(segments(plan)) == 1


WAITING = "SELECT pid FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"


@pytest.fixture
def busy(server18: Server) -> Iterator[Conninfo]:
    """A table, and somebody who writes to it in a transaction that has been open for a while."""
    info = server18.database("CREATE TABLE t (id int, a int)", "INSERT INTO t SELECT i, i FROM generate_series(1, 9) i")
    with session(info) as other, session(info) as watcher:
        run(other, "BEGIN; SELECT pg_current_xact_id(); INSERT INTO t VALUES (10, 10)")

        def end() -> None:
            until = time.monotonic() + 60
            while not rows(watcher, WAITING, (other.info.backend_pid,)) and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(3)
            run(other, "COMMIT")

        ending = threading.Thread(target=end)
        ending.start()
        yield info
        ending.join()


def test_a_build_waits_for_older_transactions_and_says_for_whom(
    busy: Conninfo, difftool: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (id int, a int); CREATE INDEX i ON t (a);")
    target = ("--target", busy.url(secrets=True))
    started = time.monotonic()
    ran = difftool("apply", *target, "--yes", "--lock-timeout", "1s", DIFFTOOL_SMALL_TABLE="0")
    assert ran.code == 0, ran.err
    assert time.monotonic() - started > 3
    assert "statement 1 (create index public.i) waits for pid" in ran.err
    assert difftool("check", *target).code == 0


def test_a_partition_leaves_once_older_transactions_are_over(
    difftool: Callable[..., Ran], server18: Server, tmp_path: Path
) -> None:
    """It waits without a lock that anybody else would wait for, whatever lock_timeout is."""
    parts = "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
    info = server18.database(f"{parts} CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1), (2)")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(parts)
    target = ("--target", info.url(secrets=True), "--lock-timeout", "1s", "--allow", "data-loss")
    with session(info) as other, session(info) as writer:
        run(other, "BEGIN; SELECT FROM p")
        ending = threading.Timer(5, run, (other, "COMMIT"))
        ending.start()
        writing = threading.Timer(4, run, (writer, "SET statement_timeout = '500ms'; INSERT INTO p VALUES (1)"))
        writing.start()
        ran = difftool("apply", *target, "--yes", DIFFTOOL_SMALL_TABLE="0")
        ending.join()
        writing.join()
        assert (ran.code, rows(writer, "SELECT id FROM p ORDER BY 1")) == (0, [(1,), (1,)]), ran.err
    assert difftool("check", *target[:2]).code == 0


def test_what_stops_half_way_is_finished_by_the_next_plan(
    difftool: Callable[..., Ran], server: Server, tmp_path: Path
) -> None:
    """A build meets a duplicate; then a validation meets a row that must not be."""
    now = server.database("CREATE TABLE t (id int, a int)", "INSERT INTO t VALUES (1, 0), (1, 1)")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(
        "CREATE TABLE t (id int, a int CONSTRAINT c CHECK (a > 0)); CREATE UNIQUE INDEX i ON t (id); CREATE INDEX j ON t (a);"
    )
    apply = ("apply", "--target", now.url(secrets=True), "--yes", "--allow", "fails-on-rows")
    first = difftool(*apply, DIFFTOOL_SMALL_TABLE="0")
    assert (
        first.code,
        "statement 1 (create index public.i) failed" in first.err,
        "nothing was changed" in first.err,
    ) == (1, True, True)
    with session(now) as connection:
        assert rows(connection, "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == [(0,)]
        run(connection, "UPDATE t SET id = a")
    second = difftool(*apply, DIFFTOOL_SMALL_TABLE="0")
    assert (second.code, "3 of 4 statements are committed" in second.err) == (5, True), second.err
    with session(now) as connection:
        run(connection, "UPDATE t SET a = 1")
    third = difftool(*apply, DIFFTOOL_SMALL_TABLE="0")
    assert (third.code, "1 of 1 statement done" in third.out) == (0, True), third.err + third.out


def test_online_off_is_one_transaction(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE t (id int, a int)")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0));")
    target = ("--target", now.url(secrets=True), "--format", "sql")
    plain = difftool("plan", *target, "--online", "off", DIFFTOOL_SMALL_TABLE="0")
    assert (plain.code, plain.out.count("BEGIN;"), "\nCREATE UNIQUE" in plain.out) == (3, 1, False), plain.err
    online = difftool("plan", *target, DIFFTOOL_SMALL_TABLE="0")
    assert (online.code, "SET lock_timeout = 0;\nCREATE UNIQUE INDEX CONCURRENTLY" in online.out) == (3, True)
    refused = difftool("plan", *target, "--online", "perhaps")
    assert (refused.code, '--online is "perhaps", not true or false' in refused.err) == (2, True)
