"""How far a long statement is: asked of the server, in a terminal and without one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import dropwhile
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import at_terminal, until

from difftool import api, words
from difftool.model import Outcome, Plan, Statement
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.progress import progress
from difftool.settings import load

ROWS = "INSERT INTO t SELECT g FROM generate_series(1, 20000) g"
SLOW = "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN {} RETURN $1; END $$"
WAITS = "IF $1 % 2000 = 0 THEN PERFORM pg_sleep({}); END IF;"
SAYS = (
    "DO $$ BEGIN SET application_name = 'difftool: 3 of 7 rows'; PERFORM pg_sleep(%s); RESET application_name; END $$"
)


@contextmanager
def at_work(target: Conninfo, sql: str) -> Iterator[int]:
    """While another session runs a statement; its process on the server."""
    with session(target) as busy:
        pid = int(rows(busy, "SELECT pg_backend_pid()")[0][0])
        thread = threading.Thread(target=run, args=(busy, sql))
        thread.start()
        yield pid
        thread.join()


def test_what_the_server_tells(server: Server) -> None:
    target = server.database("CREATE TABLE t (a int)", SLOW.format(WAITS.format("0.05")), ROWS)
    seen: list[str] = []
    with at_work(target, "CREATE INDEX CONCURRENTLY i ON t (slow(a))") as pid, session(target) as watcher:
        until(lambda: bool(seen.append(progress(watcher, pid)) or (not seen[-1] and any(seen))), lambda: str(seen))
    shares = [int(s.split(", ")[1][:-2]) for s in seen if s.startswith("building index: scanning table, ")]
    shares = list(dropwhile(lambda share: share == 100, shares))  # of the first block PostgreSQL says that all are done
    assert shares, seen
    assert shares == sorted(shares)
    assert {100 >= share >= 0 for share in shares} == {True}


def test_what_waits_is_counted(server18: Server) -> None:
    target = server18.database("CREATE TABLE t (a int)", "CREATE TABLE u ()")
    waits = re.compile(r"waiting for old snapshots, \d+ of \d+")  # who asks has one of its own for a moment
    with session(target) as other, session(target) as watcher:
        run(other, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM u")
        with at_work(target, "CREATE INDEX CONCURRENTLY i ON t (a)") as pid:
            try:
                until(lambda: bool(waits.fullmatch(progress(watcher, pid))), lambda: progress(watcher, pid))
            finally:
                run(other, "COMMIT")


def test_what_a_statement_says_of_itself(server18: Server) -> None:
    target = server18.database()
    with session(target) as watcher:
        with at_work(target, SAYS % 0.5) as pid:
            until(lambda: progress(watcher, pid) == "3 of 7 rows", lambda: progress(watcher, pid))
        assert progress(watcher, pid) == "", "it has gone"
        assert progress(watcher, watcher.info.backend_pid) == "", "an ordinary name is no progress"


@pytest.mark.parametrize(
    ("seconds", "said"), [(1.9, "1 s"), (60, "1 min 0 s"), (3599.9, "59 min 59 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def long(folder: Path, target: Conninfo, *statements: Statement) -> tuple[Plan, Path]:
    """A plan that takes its time, and the file that it is saved in."""
    from difftool import planfile

    (folder / "schema.sql").write_text("CREATE TABLE t (a int);")
    flags = {"target": target.url(secrets=True), "schema": str(folder / "schema.sql")}
    plan = replace(api.plan(load(start=folder, flags=flags, environ={})), statements=statements, proven=True)
    planfile.write(plan, folder / "plan.json")
    return plan, folder / "plan.json"


def test_an_apply_tells_how_far_it_is(server18: Server, difftool: Callable[..., Ran], tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)")
    sleeps = Statement("DO $$ BEGIN PERFORM pg_sleep(2); END $$", "table", "public.t", "alter", transaction=False)
    plan, saved = long(tmp_path, target, replace(sleeps, sql=SAYS % 6), sleeps)
    told: list[Outcome] = []
    settings = load(start=tmp_path, flags={"target": target.url(secrets=True)}, environ={})
    api.apply(replace(plan, statements=(sleeps,)), settings, snapshot=False, report=told.append)
    lasting = [o for o in told if o.state == "running" and o.seconds]
    assert lasting
    assert {(o.number, o.statement, o.progress) for o in lasting} == {(1, sleeps, "")}
    assert [o.seconds for o in lasting] == sorted(o.seconds for o in lasting)
    arguments = ["apply", "--yes", "--no-snapshot", str(saved)]
    ran = difftool(*arguments, DATABASE_URL=target.url(secrets=True))
    assert "[1/2] alter table public.t\n[1/2] 3 of 7 rows, 5 s\n[2/2] alter table public.t\nverifying\n" in ran.err
    screen = at_terminal(arguments, tmp_path, DATABASE_URL=target.url(secrets=True))
    assert "alter table public.t: 3 of 7 rows, 2 s" in screen.text
    assert "alter table public.t: still at work, 1 s" in screen.text
