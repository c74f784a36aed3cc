"""What statements lock, read and rewrite: measured on real servers, known where nobody can measure, told in words."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from conftest import Ran, Server
from test_rules import BEFORE, CASES, Case, facts_of, statements

from difftool.at_work import at_work, with_writes
from difftool.batches import Backfill, Pace
from difftool.locked import told
from difftool.locking import touches, with_locks
from difftool.measure import Gauge
from difftool.model import Lock, LockMode, Statement
from difftool.parse import Name
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Connection
from difftool.rules import annotate
from difftool.rules.facts import Facts, read_facts
from difftool.rules.known_locks import Taken, strongest


@pytest.fixture(scope="module")
def shop(server: Server) -> Conninfo:
    """The tables of the rules' cases."""
    return server.database(BEFORE)


@pytest.fixture(scope="module")
def facts(shop: Conninfo) -> Facts:
    return facts_of(shop)


def gauged(info: Conninfo, sql: str) -> Taken:
    """What a statement takes, which is rolled back."""
    with session(info) as connection:
        gauge = Gauge(connection)
        run(connection, "SET client_min_messages = debug1")
        run(connection, "BEGIN")
        run(connection, sql)
        return gauge.read(sql)


EXCLUSIVE: LockMode = "ACCESS EXCLUSIVE"
BOTH: LockMode = "SHARE ROW EXCLUSIVE"
MEASURED: list[tuple[str, dict[str, LockMode], str, str]] = [
    ("ALTER TABLE t ADD COLUMN b integer", {"t": EXCLUSIVE}, "", ""),
    ("ALTER TABLE t ADD COLUMN b float DEFAULT random()", {"t": EXCLUSIVE}, "t", "t"),
    ("ALTER TABLE t ALTER COLUMN a TYPE bigint", {"t": EXCLUSIVE}, "t", "t"),
    ("ALTER TABLE t ALTER COLUMN v TYPE varchar(20)", {"t": EXCLUSIVE}, "", ""),
    ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", {"t": EXCLUSIVE}, "", "t"),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", {"t": EXCLUSIVE}, "", "t"),
    ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", {"t": EXCLUSIVE}, "", ""),
    ("ALTER TABLE t VALIDATE CONSTRAINT later", {"t": "SHARE UPDATE EXCLUSIVE"}, "", "t"),
    ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES other", {"t": BOTH, "other": BOTH}, "", "t other"),
    ("ALTER TABLE t ADD UNIQUE (a)", {"t": EXCLUSIVE}, "", "t"),
    ("CREATE INDEX ON t (a)", {"t": "SHARE"}, "", "t"),
    ("DROP INDEX t_v", {"t": EXCLUSIVE}, "", ""),
    ("ALTER INDEX t_v RENAME TO x", {}, "", ""),
    ("ALTER DOMAIN positive ADD CHECK (VALUE < 10)", {"other": "SHARE"}, "", "other"),
    ("CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)", {"p": EXCLUSIVE, "p_rest": EXCLUSIVE}, "", ""),
    ("ALTER SEQUENCE s INCREMENT 5", {"s": BOTH}, "", ""),
    ("CREATE TABLE fresh (a integer REFERENCES other)", {"other": BOTH}, "", "other"),
    ("DROP TABLE t", {"t": EXCLUSIVE}, "", ""),
    ("REFRESH MATERIALIZED VIEW m", {"m": EXCLUSIVE}, "m", ""),
    ("COMMENT ON TABLE t IS 'x'", {"t": "SHARE UPDATE EXCLUSIVE"}, "", ""),
    ("CREATE VIEW w AS SELECT * FROM t", {}, "", ""),
]
HERE = """
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE other (id integer PRIMARY KEY, p positive);
CREATE TABLE t (a integer, v varchar(10));
ALTER TABLE t ADD CONSTRAINT later CHECK (a < 100) NOT VALID;
CREATE INDEX t_v ON t (v);
CREATE SEQUENCE s;
CREATE MATERIALIZED VIEW m AS SELECT id FROM other;
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p_rest PARTITION OF p DEFAULT;
"""


def test_measured(server: Server) -> None:
    info = server.database(HERE)
    for sql, locks, rewritten, read in MEASURED:
        taken = gauged(info, sql)
        expected = Taken({Name("public", n): mode for n, mode in locks.items()}, named(rewritten), named(read))
        if "fresh" in sql:  # what is said of the foreign key is said only where rows are there to be checked
            expected = replace(expected, read=taken.read)
        assert (sql, taken) == (sql, expected)


def named(words: str) -> frozenset[Name]:
    return frozenset(Name("public", word) for word in words.split())


@pytest.mark.parametrize("name", sorted({case.where.partition(":")[0] for case in CASES}))
def test_no_lock_surprises_the_rules(name: str, shop: Conninfo, facts: Facts, server: Server) -> None:
    """Each statement that is a case by itself: what is measured is what the rules expect, on every server."""
    cases = [c for c in CASES if c.where.partition(":")[0] == name and c.since <= server.major and len(c.sql) == 1]
    cases = [c for c in cases if "not measured" not in c.remarks]
    assert {case.where: new for case in cases if (new := surprises(case, shop, facts))} == {}


def surprises(case: Case, shop: Conninfo, facts: Facts) -> list[str]:
    plan = annotate(statements(*case.sql), facts, small=case.small)
    if not plan[0].transaction:
        return []
    after = with_locks(plan, facts, [gauged(shop, case.sql[0])], small=case.small)
    return [f"{case.sql[0]} {h.kind}: {h.detail}" for h in after[0].hazards if h not in plan[0].hazards]


T = Name("public", "orders")


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (Taken({T: "SHARE UPDATE EXCLUSIVE"}, read=frozenset({T})), []),
        (
            Taken({T: EXCLUSIVE}),
            [
                'blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it is '
                "committed, by ACCESS EXCLUSIVE: this was measured on a copy of the schema, and no rule knows of it; "
                "run it in quiet hours"
            ],
        ),
        (
            Taken({T: "SHARE"}, read=frozenset({T})),
            [
                'blocks-writes: blocks writes on "public.orders" (about 40 million rows, 5.2 GB) until every row is '
                "read: this was measured on a copy of the schema, and no rule knows of it; run it in quiet hours"
            ],
        ),
        (
            Taken({T: EXCLUSIVE}, rewritten=frozenset({T})),
            [
                'rewrites-table: rewrites "public.orders" (about 40 million rows, 5.2 GB) and its indexes: this was '
                "measured on a copy of the schema, and no rule knows of it; run it in quiet hours",
                'blocks-reads: blocks reads and writes on "public.orders" (about 40 million rows, 5.2 GB) until it '
                "is rewritten: this was measured on a copy of the schema, and no rule knows of it; run it in quiet "
                "hours",
            ],
        ),
    ],
)
def test_what_no_rule_expected_is_a_hazard(taken: Taken, said: list[str], facts: Facts) -> None:
    plan = annotate(statements("COMMENT ON TABLE orders IS 'x'"), facts)
    found = with_locks(plan, facts, [taken])
    assert [f"{h.kind}: {h.detail}" for h in found[0].hazards] == said
    assert with_locks(plan, facts, [taken], small=10**10)[0].hazards == (), "of a small table nobody minds"


def test_a_lock_on_a_partitioned_table_stands_for_its_partitions(facts: Facts) -> None:
    every = ("events", "events_2024", "events_2025", "events_rest")
    names = [r.name for r in facts.relations if r.name.name in every]
    assert len(names) == len(every)
    taken = Taken(dict.fromkeys(names, EXCLUSIVE), read=frozenset({Name("public", "events_2024")}))
    (lock,) = with_locks(statements("ALTER TABLE events ADD COLUMN x integer"), facts, [taken])[0].locks
    assert (lock.relation, lock.below, lock.work, lock.rows) == ("public.events", 3, "read", 900_000_024)


KNOWN: list[tuple[str, str, dict[str, LockMode]]] = [
    ("CREATE INDEX CONCURRENTLY i ON t (a)", "t", {"t": "SHARE UPDATE EXCLUSIVE"}),
    ("DROP INDEX CONCURRENTLY t_v", "t", {"t": "SHARE UPDATE EXCLUSIVE"}),
    ("REINDEX INDEX CONCURRENTLY t_v", "t", {"t": "SHARE UPDATE EXCLUSIVE"}),
    ("REINDEX TABLE CONCURRENTLY t", "t", {"t": "SHARE UPDATE EXCLUSIVE"}),
    ("ALTER TABLE q DETACH PARTITION q1 CONCURRENTLY", "q1", {"q": "SHARE UPDATE EXCLUSIVE", "q1": EXCLUSIVE}),
]
PARTED = ("CREATE TABLE q (a integer) PARTITION BY LIST (a)", "CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1)")


@pytest.mark.parametrize(("sql", "used", "locks"), KNOWN, ids=[sql for sql, *_ in KNOWN])
def test_known(sql: str, used: str, locks: dict[str, LockMode], server: Server) -> None:
    """What cannot run in a transaction is caught at work: while it waits for one who uses the table."""
    info = server.database(HERE, *PARTED)
    with session(info) as connection:
        facts = read_facts(connection)
    found = with_locks(statements(sql), facts, [None])[0].locks
    assert {lock.relation: lock.mode for lock in found} == {f"public.{n}": mode for n, mode in locks.items()}
    assert {lock.measured for lock in found} == {False}
    assert caught(info, sql, used) == locks


FILLED = """
CREATE TABLE big (id integer, b text) PARTITION BY RANGE (id);
CREATE TABLE "Low" PARTITION OF big FOR VALUES FROM (0) TO (300);
CREATE TABLE high PARTITION OF big FOR VALUES FROM (300) TO (600);
CREATE TABLE "Its t" (id integer, b text);
INSERT INTO big SELECT i FROM generate_series(1, 500) i;
INSERT INTO "Its t" SELECT i FROM generate_series(1, 500) i;
CREATE FUNCTION held(id integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN IF id IN (150, 350) THEN PERFORM pg_advisory_xact_lock_shared(id); END IF; RETURN id::text; END $$;
ANALYZE big, "Its t";
"""
SEEN_OF_BATCH = """
SELECT l.mode, c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = %s AND c.relnamespace = 'public'::regnamespace AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
"""


@pytest.mark.parametrize(
    ("table", "partitioned", "locked"), [('public."Its t"', False, ["Its t"]), ("public.big", True, ["Low", "high"])]
)
def test_known_of_a_batch(table: str, partitioned: bool, locked: list[str], server: Server) -> None:
    """A batch is held up twice, and caught: it has its table, or one partition, and the rows of its own."""
    info = server.database(FILLED)
    filling = Backfill(table, "b", "public.held(id)", "b IS NULL", partitioned, Pace(100, 20))
    with session(info) as connection:
        facts = read_facts(connection)
    found = with_locks(statements(filling.block), facts, [None])[0].locks
    assert [(k.mode, k.measured, k.work, k.blocks) for k in found] == [("ROW EXCLUSIVE", False, "filled", "")] * len(
        locked
    )
    assert [k.relation for k in found] == sorted(Name("public", name).sql for name in locked)
    assert sum(k.seconds or 0 for k in found) == pytest.approx(0.1, abs=0.05), "five rests of 20 ms"
    with session(info) as worker, session(info) as holder, session(info) as other:
        run(holder, "SELECT pg_advisory_lock(150), pg_advisory_lock(350)")
        thread = threading.Thread(target=run, args=(worker, filling.block))
        thread.start()
        try:
            for row, seen in zip((150, 350), locked if partitioned else locked * 2, strict=True):
                until_waits(other, worker.info.backend_pid)
                assert rows(other, SEEN_OF_BATCH, (worker.info.backend_pid,)) == [("RowExclusiveLock", seen)]
                run(other, "SET lock_timeout = '100ms'")
                with pytest.raises(psycopg2.errors.LockNotAvailable):
                    run(other, f"UPDATE {table} SET id = id WHERE id = {row - 1}")
                run(other, f"UPDATE {table} SET id = id WHERE id = {row - 101}")
                run(other, f"SELECT id FROM {table} WHERE id = {row}")
                run(holder, f"SELECT pg_advisory_unlock({row})")
        finally:
            run(holder, "SELECT pg_advisory_unlock_all()")
            thread.join()


def until_waits(connection: Connection, pid: int) -> None:
    """Return once the session waits for an advisory lock."""
    until = time.monotonic() + 20
    while not rows(
        connection, "SELECT 1 FROM pg_locks WHERE pid = %s AND locktype = 'advisory' AND NOT granted", (pid,)
    ):
        assert time.monotonic() < until
        time.sleep(0.01)


CAUGHT = """
SELECT c.relname, array_agg(l.mode) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = %s AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace GROUP BY 1
"""


def caught(info: Conninfo, sql: str, used: str) -> dict[str, LockMode]:
    """The strongest lock that a statement has, or asks for, on each table, seen from another session."""
    seen: dict[str, set[str]] = {}
    with session(info) as worker, session(info) as user, session(info) as watcher:
        run(user, "BEGIN ISOLATION LEVEL READ COMMITTED")
        run(user, f"SELECT 1 FROM {used} WHERE false")
        if "DETACH" not in sql:  # the others wait for who writes, or has a snapshot
            run(user, f"LOCK TABLE {used} IN ROW EXCLUSIVE MODE")
        thread = threading.Thread(target=run, args=(worker, sql))
        thread.start()
        until = time.monotonic() + 20
        while time.monotonic() < until and not enough(seen, sql):
            for name, modes in rows(watcher, CAUGHT, (worker.info.backend_pid,)):
                seen.setdefault(name, set()).update(modes)
            time.sleep(0.01)
        run(user, "COMMIT")
        thread.join()
    return {name: mode for name, modes in seen.items() if (mode := strongest(modes))}


def enough(seen: dict[str, set[str]], sql: str) -> bool:
    wanted = {"q", "q1"} if "DETACH" in sql else {"t"}
    return wanted <= seen.keys() and ("DETACH" not in sql or "AccessExclusiveLock" in seen["q1"])


def lock(mode: LockMode, relation: str, **more: object) -> Lock:
    return replace(Lock(mode, relation, measured=True, rows=1_000_000, bytes=10**9), **more)  # type: ignore[arg-type]


def statement(*locks: Lock, **more: object) -> Statement:
    return replace(Statement("SELECT", "table", "public.t", "alter", locks=locks), **more)  # type: ignore[arg-type]


def test_locks_in_words() -> None:
    first, second = told(
        (
            statement(lock(EXCLUSIVE, "public.t"), lock(BOTH, "public.u")),
            statement(lock(EXCLUSIVE, "public.t"), lock("SHARE UPDATE EXCLUSIVE", "public.w")),
            statement(lock(EXCLUSIVE, "public.u", work="rewritten", seconds=400.0, writes=12.4), commit=True),
            statement(lock("SHARE UPDATE EXCLUSIVE", "public.t", work="read", seconds=20.0, below=3)),
        )
    )
    assert (first.title, second.title, second.label) == ("transaction 1 of 2: statements 1-3", "", "transaction 2 of 2")
    assert first.kept == ("ACCESS EXCLUSIVE until the commit: public.t from 1, public.u from 3, about 7 min",)
    assert first.taken == (
        "ACCESS EXCLUSIVE on public.t (about 1 million rows, 954 MB): blocks reads and writes until the commit (measured); "
        "SHARE ROW EXCLUSIVE on public.u (about 1 million rows, 954 MB): blocks writes until the commit (measured)",
        "",
        "ACCESS EXCLUSIVE on public.u (about 1 million rows, 954 MB, 12 rows written a second): blocks reads and writes "
        "while every row is rewritten, about 7 min (measured)",
    )
    assert second.taken == (
        "SHARE UPDATE EXCLUSIVE on public.t (with 3 tables below, about 1 million rows, 954 MB): every row is read, "
        "about 20 s; blocks neither reads nor writes (measured)",
    )


def test_a_batch_in_words() -> None:
    filled = lock("ROW EXCLUSIVE", "public.t", work="filled", seconds=0.5, measured=False)
    (only,) = told((statement(filled, transaction=False),))
    assert only.taken == (
        "ROW EXCLUSIVE on public.t (about 1 million rows, 954 MB): rows are locked a batch at a time, until its commit: "
        "only who changes one of them waits; a moment in all (known)",
    )
    assert only.kept == ()


def test_one_statement_blocks_for_a_moment() -> None:
    (only,) = told((statement(replace(lock(EXCLUSIVE, "public.t"), measured=False)),))
    assert only.taken == (
        "ACCESS EXCLUSIVE on public.t (about 1 million rows, 954 MB): blocks reads and writes for a moment (known)",
    )
    assert (only.title, only.label, only.kept) == ("", "", ())


@pytest.mark.parametrize(
    ("sql", "does"),
    [
        ("CREATE TABLE fresh (id integer)", False),
        ("CREATE TABLE fresh (id integer REFERENCES orders)", True),
        ("CREATE INDEX ON fresh (id)", False),
        ("ALTER TABLE orders ADD COLUMN x integer", True),
        ("CREATE VIEW v AS SELECT 1", False),
        ("ALTER DOMAIN positive ADD CHECK (VALUE < 10)", True),
        ("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", False),
        ("DO $$ BEGIN END $$", True),
        ("nobody understands this", True),
    ],
)
def test_a_plan_that_touches_nothing_is_not_measured(sql: str, does: bool, facts: Facts) -> None:
    assert touches(statements(sql), facts) is does
    assert not touches(statements(sql), Facts()), "of a database without tables nothing can be locked"


def test_writes_are_counted_between_two_looks(server: Server) -> None:
    info = server.database("CREATE TABLE t (a integer)")
    with session(info) as connection, session(info) as writer:
        facts = read_facts(connection)
        run(writer, "INSERT INTO t SELECT generate_series(1, 5000)")
        plan = (statement(lock(EXCLUSIVE, "public.t")),)
        assert with_writes(plan, facts, connection)[0].locks[0].writes is None, "too soon to tell"
        time.sleep(1.5)
        run(writer, "SELECT 1")
        if server.major >= 15:
            run(writer, "SELECT pg_stat_force_next_flush()")
        time.sleep(1)
        (after,) = with_writes(plan, facts, connection)[0].locks
    assert after.writes
    assert 500 < after.writes < 5000


def test_the_longest_transaction_is_noted(server: Server) -> None:
    info = server.database("CREATE TABLE t (a integer)")
    with session(info) as connection, session(info) as other:
        run(other, "SET application_name = 'nightly report'")
        run(other, "BEGIN; SELECT 1")
        assert list(at_work(connection)) == []
        time.sleep(3.2)
        (note,) = at_work(connection)
        pid = other.info.backend_pid
    assert note == (
        f"the longest transaction in this database has been open for about 3 s (pid {pid}, user {info.user}, "
        "nightly report): what waits for it waits until it ends"
    )


def test_what_a_role_may_not_see_is_noted(server: Server) -> None:
    info = server.database("CREATE TABLE t (a integer)")
    other = server.admin.but(dbname=info.database, application_name="somebody")
    with session(info) as connection, session(other) as superuser:
        run(superuser, "BEGIN; SELECT 1")
        (note,) = at_work(connection)
    assert note == (
        "1 session of other roles could not be looked at: a transaction of theirs may be open for longer; "
        "GRANT pg_read_all_stats shows them"
    )


def test_a_plan_shows_what_it_locks(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database(
        "CREATE TABLE t (id integer PRIMARY KEY, a integer)", "CREATE TABLE u (id integer)", "INSERT INTO u VALUES (1)"
    )
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(
        "CREATE TABLE t (id integer PRIMARY KEY, a bigint, b text); CREATE TABLE u (id integer, c text);"
    )
    target = ("--target", now.url(secrets=True))
    plan = json.loads(difftool("plan", *target, "--format", "json").out)
    found = {
        s["name"]: [(k["mode"], k["relation"], k["measured"], k["work"]) for k in s["locks"]]
        for s in plan["statements"]
    }
    assert found == {
        "public.t.a": [(EXCLUSIVE, "public.t", True, "rewritten")],
        "public.t.b": [(EXCLUSIVE, "public.t", True, "")],
        "public.u.c": [(EXCLUSIVE, "public.u", True, "")],
    }
    shown = difftool("plan", *target).out
    assert (
        "  one transaction: statements 1-3\n    ACCESS EXCLUSIVE until the commit: public.t from 1, public.u from 2\n"
        in shown
    )
    line = r"ACCESS EXCLUSIVE on public\.u \(.*, 8 kB\): blocks reads and writes until the commit \(measured\)\n"
    assert re.search(line, shown)
    script = difftool("plan", *target, "--format", "sql").out
    assert "-- one transaction: statements 1-3\n-- ACCESS EXCLUSIVE until the commit: public.t from 1" in script
    assert "-- ACCESS EXCLUSIVE on public.u (" in script
    (tmp_path / "plan.json").write_text(difftool("plan", *target, "--format", "json").out)
    assert difftool("apply", "plan.json", *target, "--yes", "--allow", "all").code == 0
    with session(now) as connection, suppress(psycopg2.Error):
        assert rows(connection, "SELECT c FROM u") == [(None,)]
