"""What holds while a plan runs, whatever happens meanwhile: nothing is forgotten, claimed that isn't so, or waited for."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Server
from shell import indexes, until

from difftool import api, gates, journal, lag
from difftool.errors import ApplyFailed, StoppedPartWay
from difftool.gates import Gate, Stop
from difftool.journal import Journal, Keeper
from difftool.model import Fingerprints, Plan, Statement, TargetIdentity
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.runner import Runner
from difftool.settings import Settings, load
from difftool.snapshot.folder import FolderStore

PLACE, SNAPSHOT = "app-7/20261129-230000-0000/", "20261129-230000-0000"


def plan_of(*statements: Statement) -> Plan:
    here = TargetIdentity("prod", "", "", "", "app", "", "", 180000, "1")
    return Plan(here, "schema", "native", Fingerprints("", "", ""), statements=statements)


def settings(folder: Path, target: Conninfo, wanted: str, **environ: str) -> Settings:
    (folder / "schema.sql").write_text(wanted)
    flags = {"target": target.url(secrets=True), "schema": str(folder / "schema.sql")}
    return load(start=folder, flags=flags, environ=environ)


def column(name: str) -> Statement:
    return Statement(f"ALTER TABLE t ADD {name} int", "column", f"public.t.{name}", "create", commit=True)


def test_a_journal_that_is_stopped_is_not_written_over(server18: Server, tmp_path: Path) -> None:
    """Not by the sentence that is told, which counts what is committed: that is known better later."""
    puts: list[str] = []

    class Counting(FolderStore):
        def put(self, key: str, data: bytes) -> None:
            puts.append(key)
            FolderStore.put(self, key, data)

    target, store = server18.database("CREATE TABLE t ()"), Counting(tmp_path / "store", "store")
    keeper = Keeper(store, PLACE, Journal(SNAPSHOT, 1, 2))
    keeper.start()
    bad = Statement("SELECT 1 / 0", "column", "public.t.a", "create")
    with session(target) as watcher, pytest.raises(StoppedPartWay, match=r"; 1 of 2 statements is committed$"):
        Runner(plan_of(column("b"), bad), target, watcher, "1s", 0, api.silent, api.silent, journal=keeper).run()
    found = journal.of_snapshot(store, PLACE)
    assert found is not None
    assert found.why == "statement 2 (create column public.t.a) failed: division by zero"
    assert len(puts) == 3, "two segments that begin, one end"


def test_a_signal_while_the_end_is_written(tmp_path: Path) -> None:
    class Interrupted(FolderStore):
        def put(self, key: str, data: bytes) -> None:
            raise KeyboardInterrupt

    keeper = Keeper(Interrupted(tmp_path / "store", "store"), PLACE, Journal(SNAPSHOT, 1, 2))
    keeper.start()
    keeper.stops("interrupted")
    assert keeper.lost


def test_a_session_that_cannot_be_had(server18: Server) -> None:
    target = server18.database()
    with session(server18.admin.but(dbname=target.database)) as admin:
        run(admin, "REVOKE ALL ON FUNCTION pg_advisory_lock_shared(bigint) FROM public")
    with session(target) as watcher, pytest.raises(ApplyFailed) as failed:
        Runner(plan_of(column("a")), target, watcher, "1s", 0, api.silent, api.silent).run()
    said = "the session failed: permission denied for function pg_advisory_lock_shared; nothing was changed"
    assert failed.value.message == said


def test_a_gate_that_closes_on_what_is_half_done(server18: Server) -> None:
    """A partition that leaves waits no longer for a lock than others, is tried again, and half of it is not nothing."""
    target = server18.database(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a)", "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)"
    )
    leaves = Statement(
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "table", "public.p1", "alter", transaction=False
    )
    stops = iter([None, Stop("no")])
    with session(target) as other, session(target) as watcher:
        run(other, "BEGIN; LOCK TABLE p IN ACCESS SHARE MODE")
        runner = Runner(plan_of(leaves), target, watcher, "200ms", 1, api.silent, api.silent, patience="1s")
        runner.gate = lambda _: next(stops)
        with pytest.raises(StoppedPartWay) as stopped:
            runner.run()
    assert stopped.value.message == (
        "no; left: 1 (alter table public.p1); table public.p1 is half done; 0 of 1 statement are committed"
    )


def test_who_reads_a_partition_that_leaves_is_not_kept_waiting(server18: Server) -> None:
    target = server18.database(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a)", "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)"
    )
    leaves = Statement(
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "table", "public.p1", "alter", transaction=False
    )
    with session(target) as other, session(target) as reader, session(target) as watcher:
        run(other, "BEGIN; LOCK TABLE p1 IN ACCESS SHARE MODE")
        runner = Runner(plan_of(leaves), target, watcher, "1s", 0, api.silent, api.silent)

        def detach() -> None:
            with pytest.raises(StoppedPartWay, match=r"did not get its lock within 1s.* is half done; "):
                runner.run()

        thread = threading.Thread(target=detach)
        thread.start()
        waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'p1'::regclass"
        until(lambda: bool(rows(watcher, waits)), lambda: "the detachment")
        run(reader, "SET statement_timeout = '5s'")
        assert rows(reader, "SELECT FROM p1") == []
        run(other, "ROLLBACK")
        thread.join()


def test_a_watcher_that_says_nothing_keeps_no_lock(server18: Server) -> None:
    target = server18.database()
    sleeps = Statement("SELECT pg_sleep(0.5)", "column", "public.t.a", "create", commit=True)
    with session(target) as watcher:
        pid = watcher.info.backend_pid
        os.kill(pid, signal.SIGSTOP)
        timer = threading.Timer(20, os.kill, (pid, signal.SIGCONT))
        timer.start()
        began = time.monotonic()
        try:
            Runner(plan_of(sleeps, sleeps), target, watcher, "1s", 0, api.silent, api.silent).run()
        finally:
            lasted = time.monotonic() - began
            timer.cancel()
            os.kill(pid, signal.SIGCONT)
        assert lasted < 10
        stop = lag.within("1s", watcher, api.silent)(0)
        assert stop is not None
        assert stop.why == "max_lag is set, and the connection that asks how far the standbys are is lost"


def test_the_window_is_looked_at_after_what_takes_long(
    server18: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, order = server18.database("CREATE TABLE t ()"), list[str]()

    def gate(_windows: object) -> Gate:
        return lambda done: order.append(f"window {done}")  # type: ignore[func-returns-value]

    monkeypatch.setattr(gates, "within", gate)
    under = settings(tmp_path, target, "CREATE TABLE t (a int, b int);")
    plan = replace(api.plan(under), statements=(column("a"), column("b")))
    api.apply(plan, under, pause_after=1, ask=lambda _: not order.append("asked"))  # type: ignore[func-returns-value]
    assert order == ["window 0", "asked", "window 1"]


def test_an_idle_session_is_not_lost(server18: Server, tmp_path: Path) -> None:
    """Who is asked whether to go on may take longer than a role's session may be idle."""
    target = server18.database("CREATE TABLE t ()")
    under = settings(tmp_path, target, "CREATE TABLE t (a int, b int);")
    plan = replace(api.plan(under), statements=(column("a"), column("b")))
    with session(server18.admin) as admin:
        run(admin, f"ALTER ROLE {target.user} SET idle_session_timeout = '1s'")

    def ask(_: str) -> bool:
        time.sleep(2.5)
        with session(target) as other:
            assert rows(other, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(2,)]
        return True

    assert len(api.apply(plan, under, pause_after=1, ask=ask).outcomes) == 2


def test_a_resume_that_stops_at_once_forgets_nothing(
    server18: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An INVALID index is left; what goes on stops before it comes to that, and what goes on after it knows of it."""
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (1)")
    under = settings(tmp_path, target, "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a);")
    build = Statement(
        "CREATE UNIQUE INDEX CONCURRENTLY i ON public.t USING btree (a)",
        "index",
        "public.i",
        "create",
        transaction=False,
    )
    plan = replace(api.plan(under), statements=(column("b"), build))
    store = api.open_store(under)
    with pytest.raises(StoppedPartWay):
        api.apply(plan, under, allow=["all"])
    found = journal.newest(store, api.read_target(under, under.target).identity)
    assert found is not None
    assert (found[1].done, found[1].reaches) == (1, 2)
    with session(target) as connection:  # as where difftool was killed before it took that away
        with pytest.raises(Exception, match="could not create unique index"):
            run(connection, build.sql)
        run(connection, "TRUNCATE t")
    assert indexes(target) == [("i", False)]
    with (
        monkeypatch.context() as now,
        pytest.raises(StoppedPartWay, match=r"^closed; left: 2 \(create index public\.i\)"),
    ):
        now.setattr(gates, "within", lambda _: lambda _: Stop("closed"))
        api.resume("", under)
    assert indexes(target) == [("i", False)]
    assert [o.state for o in api.resume("", under).outcomes] == ["done"] * 2
    assert indexes(target) == [("i", True)]


def test_hooks_come_before_anything_is_finished(server18: Server, tmp_path: Path) -> None:
    target = server18.database(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a)", "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)"
    )
    wanted = "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int);"
    soon = {"DIFFTOOL_LOCK_TIMEOUT": "200ms", "DIFFTOOL_RETRIES": "0"}
    under = settings(tmp_path, target, wanted, **soon)
    leaves = "ALTER TABLE public.p DETACH PARTITION public.p1 CONCURRENTLY"
    plan = replace(
        api.plan(under), statements=(Statement(leaves, "table", "public.p1", "alter", transaction=False), column("a"))
    )
    pending = "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'p1'::regclass"
    with session(target) as other:
        run(other, "BEGIN; LOCK TABLE p IN ACCESS SHARE MODE")
        with pytest.raises(StoppedPartWay, match="is half done"):
            api.apply(plan, under, allow=["all"])
    (tmp_path / "no.sql").write_text("SELECT 1 / 0")
    with pytest.raises(ApplyFailed, match="division by zero; nothing was applied"):
        api.resume("", settings(tmp_path, target, wanted, **soon, DIFFTOOL_BEFORE_APPLY="no.sql"))
    with session(target) as connection:
        assert rows(connection, pending) == [(True,)]
    with pytest.raises(
        StoppedPartWay, match=r"\(create column public.t.a\) failed: .*; 1 of 2 statements is committed"
    ):
        api.resume("", settings(tmp_path, target, wanted, **soon))
    with session(target) as connection:
        assert rows(connection, pending) == []
