"""Going on with an apply that was killed: what happened is found, the rest is run, and what does not fit is refused."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from conftest import Ran, Server
from shell import COMMAND, columns, indexes, nothing_left, until

from difftool import api, journal
from difftool.aftermath import Rest, remainder, status
from difftool.errors import DifftoolError, Refused, SnapshotError, StoppedPartWay
from difftool.journal import Journal, Keeper, Session
from difftool.model import Fingerprints, Plan, Statement, TargetIdentity
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error
from difftool.resuming import Settled, Stopped, settle
from difftool.settings import load
from difftool.snapshot.folder import FolderStore

if TYPE_CHECKING:
    from difftool.snapshot import Snapshot

BEFORE = ("CREATE TABLE t (a int, b int)", "CREATE TABLE u (a int)", "INSERT INTO t VALUES (1, 1)")
AFTER = """
CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > 0)); CREATE TABLE u (a int, b int); CREATE INDEX i ON t (b);
"""
ONLINE = {"DIFFTOOL_SMALL_TABLE": "0", "DIFFTOOL_LOCK_TIMEOUT": "60s"}
WAITS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = 'difftool' AND wait_event_type = 'Lock'"
)


class Desk:
    """A folder from where an apply is begun, killed, and gone on with."""

    def __init__(self, folder: Path, server: Server, difftool: Callable[..., Ran]) -> None:
        self.folder, self.server, self.difftool = folder, server, difftool
        self.target = server.database(*BEFORE)
        (folder / "schema.sql").write_text(AFTER)

    @property
    def environ(self) -> dict[str, str]:
        return {"DATABASE_URL": self.target.url(secrets=True), **ONLINE}

    def run(self, *arguments: str) -> Ran:
        return self.difftool(*arguments, **self.environ)

    def kill(self, table: str, lock: str, victim: str = "difftool") -> Callable[[], None]:
        """An apply that is killed while a statement waits for somebody's lock; what lets the lock go."""
        other = _held(self.target, table, lock)
        process = subprocess.Popen(
            [str(COMMAND), "apply", "--schema", "schema.sql", "--yes", "--allow", "all"],
            cwd=self.folder, env={**os.environ, **self.environ}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        with session(self.server.admin) as admin:
            until(lambda: bool(rows(admin, WAITS, (self.target.database,))), lambda: str(process.poll()))
            if victim == "difftool":
                process.send_signal(signal.SIGKILL)
            elif victim == "nobody: Ctrl-C":
                process.send_signal(signal.SIGINT)
            else:
                run(admin, f"SELECT pg_terminate_backend({rows(admin, WAITS, (self.target.database,))[0][0]})")
                other.close()  # difftool would wait for it, to take away what the build left
        self.said = process.communicate(timeout=60)[1]
        return other.close

    def held(self) -> list[tuple[object, ...]]:
        """The rows of ``t``."""
        with session(self.target) as connection:
            return list(rows(connection, "SELECT a, b FROM t"))

    def is_done(self) -> None:
        assert indexes(self.target) == [("i", True)]
        assert columns(self.target, "u") == ["a", "b"]
        with session(self.target) as connection:
            assert rows(
                connection, "SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 't'::regclass"
            ) == [("c", True)]
            assert rows(connection, "SELECT a, b FROM t") == [(1, 1)]
        assert self.run("check", "--schema", "schema.sql").code == 0
        nothing_left(self.server.admin)


def _held(target: Conninfo, table: str, lock: str):  # type: ignore[no-untyped-def]  # psycopg2's connection
    from difftool.pg.connection import connect

    other = connect(target)
    run(other, "BEGIN")
    run(other, f"LOCK TABLE {table} IN {lock} MODE")
    return other


@pytest.fixture
def desk(tmp_path: Path, server18: Server, difftool: Callable[..., Ran]) -> Desk:
    return Desk(tmp_path, server18, difftool)


PLACES = {
    "a concurrent build, half done": ("t", "ROW EXCLUSIVE"),
    "a transaction, before its end": ("u", "EXCLUSIVE"),
}


@pytest.mark.parametrize("victim", ["difftool", "its session", "nobody: Ctrl-C"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_killed_and_gone_on_with(desk: Desk, place: tuple[str, str], victim: str) -> None:
    let_go = desk.kill(*place, victim)
    let_go()
    ran = desk.run("apply", "--resume", "--yes")
    assert ran.code == 0, ran.err
    assert "of 4 statements are committed\n" in ran.err
    assert "4 of 4 statements done" in ran.out
    desk.is_done()
    again = desk.run("apply", "--resume", "--yes")
    assert again.code == 4
    assert re.search(r"error: the apply of \S+ is finished: nothing is left of it\n", again.err)
    assert re.search(r"  done\n", desk.run("snapshots").out)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_ordinary_plan_says_so_and_finishes_as_well(desk: Desk, place: tuple[str, str]) -> None:
    desk.kill(*place)()
    with session(desk.server.admin) as admin:
        until(lambda: not rows(admin, WAITS, (desk.target.database,)), lambda: "the end of the session")
    ran = desk.run("plan", "--schema", "schema.sql")
    assert ran.code == 3
    flat = " ".join(ran.out.split())
    assert re.search(
        r"an apply stopped part-way, snapshot \S+, at least \d of 4 statements committed: "
        r"difftool apply --resume finishes its plan; this one goes on from what is there",
        flat,
    )
    assert "not finished, " in desk.run("snapshots").out
    ran = desk.run("apply", "--schema", "schema.sql", "--yes", "--allow", "all")
    assert ran.code == 0, ran.err
    desk.is_done()


def test_the_session_of_the_dead_is_waited_for(desk: Desk) -> None:
    let_go = desk.kill("t", "ROW EXCLUSIVE")
    refused = desk.run("apply", "--schema", "schema.sql", "--yes", "--allow", "all")
    assert refused.code == 4
    assert "error: the session of an apply that ended is still at work on this database: pid " in refused.err
    assert "CREATE INDEX CONCURRENTLY i" in refused.err
    told: list[str] = []

    def talk(text: str) -> None:
        told.append(text)
        if "is waited for" in text:
            let_go()

    settings = load(start=desk.folder, flags={"target": desk.target.url(secrets=True)}, environ=ONLINE)
    applied = api.resume("", settings, talk=talk)
    assert [o.state for o in applied.outcomes] == ["done"] * 4
    assert re.match(r"statement \d is still at work, and is waited for: pid \d+, user ", told[0])
    assert told[1].endswith(" was done"), "the build went on without its difftool"
    desk.is_done()


@pytest.mark.parametrize(
    ("place", "since"), [("t", "apply stopped"), ("u", "plan was made")], ids=["part-way", "nothing was done"]
)
def test_what_somebody_else_changed_is_named(desk: Desk, place: str, since: str) -> None:
    desk.kill(place, "ROW EXCLUSIVE" if place == "t" else "EXCLUSIVE")()
    with session(desk.target) as connection:
        run(connection, "CREATE TABLE theirs (a int)")
    ran = desk.run("apply", "--resume", "--yes")
    assert ran.code == 4
    assert f"error: the target has changed since the {since}: table public.theirs is new\n" in ran.err
    assert "\nhint: " in ran.err
    assert "difftool plan" in ran.err.splitlines()[-1]


def test_nothing_to_go_on_with(desk: Desk) -> None:
    ran = desk.run("apply", "--resume", "--yes")
    assert ran.code == 4
    assert f'error: no apply of "{desk.target.database}" left a journal in ' in ran.err
    ran = desk.run("apply", "--schema", "schema.sql", "--yes", "--allow", "all", "--no-snapshot")
    assert ran.code == 0, ran.err
    assert "without a snapshot there is no journal: " in ran.err
    for option in (("--schema", "x"), ("--defer", "data-loss"), ("--online-type-change",)):
        assert desk.run("apply", "--resume", *option).code == 2, option


@pytest.mark.parametrize("victim", ["difftool", "its session", "nobody: Ctrl-C"])
def test_data_that_was_not_brought_in_is_brought_in(desk: Desk, victim: str) -> None:
    """All statements are committed by then: what was begun is finished all the same."""
    (desk.folder / "rows.sql").write_text("UPDATE t SET b = 2 WHERE a = 1;")
    (desk.folder / "difftool.toml").write_text('data = ["rows.sql"]\n')
    with session(desk.target) as connection:
        run(connection, "CREATE TABLE held (a int)")
        run(
            connection,
            "CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN LOCK TABLE held; RETURN new; END'",
        )
        run(connection, "CREATE TRIGGER waits BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION waits()")
    with (desk.folder / "schema.sql").open("a") as file:
        file.write(
            "CREATE TABLE held (a int); CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN LOCK TABLE held; RETURN new; END';"
            "CREATE TRIGGER waits BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION waits();"
        )
    desk.kill("held", "ACCESS SHARE", victim)()
    assert desk.held() == [(1, 1)]
    assert re.search(r"(stopped|not finished), 4 of 4|not finished, 3 of 4", desk.run("snapshots").out)
    ran = desk.run("apply", "--resume", "--yes")
    assert ran.code == 0, ran.err
    assert "4 of 4 statements are committed\n" in ran.err
    assert "left: the data of rows.sql, which does nothing where it was brought in already\n" in ran.err
    assert desk.held() == [(1, 2)]
    assert desk.run("apply", "--resume", "--yes").code == 4


def test_nobody_is_asked_without_a_terminal(desk: Desk) -> None:
    desk.kill("u", "EXCLUSIVE")()
    ran = desk.run("apply", "--resume")
    assert ran.code == 4
    assert "error: nobody can be asked: this is no terminal\n" in ran.err


def test_the_server_is_killed(tmp_path: Path, difftool: Callable[..., Ran]) -> None:
    """The embedded target is a server of its own: the next command starts it again."""
    (tmp_path / "schema.sql").write_text(";".join(BEFORE[:2]))
    first = difftool("apply", "--schema", "schema.sql", "--yes")
    assert first.code == 0, first.err
    settings = load(start=tmp_path, flags={}, environ={})
    target = api.address(settings, settings.target)
    (tmp_path / "schema.sql").write_text(AFTER)
    other = _held(target, "t", "ROW EXCLUSIVE")
    process = subprocess.Popen(
        [str(COMMAND), "apply", "--schema", "schema.sql", "--yes", "--allow", "all"],
        cwd=tmp_path, env={**os.environ, **ONLINE}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with session(target) as watching:
        until(lambda: bool(rows(watching, WAITS, (target.database,))), lambda: str(process.poll()))
    pid = int(next((tmp_path / ".difftool" / "server").rglob("postmaster.pid")).read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    said = process.communicate(timeout=60)[1]
    assert process.returncode in (1, 5), said
    with suppress(Error):
        other.close()
    until(lambda: not _alive(pid), lambda: "the end of the server")
    time.sleep(1)  # its children notice
    ran = difftool("apply", "--resume", "--yes", **ONLINE)
    assert ran.code == 0, ran.err
    assert difftool("check", "--schema", "schema.sql").code == 0
    difftool("server", "stop", DIFFTOOL_CACHE_DIR=str(tmp_path / "none"))  # this project's, and no other test's


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


# a partition that is half detached


@contextmanager
def half_detached(server: Server) -> Iterator[Conninfo]:
    target = server.database(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
        "INSERT INTO p VALUES (1)",
    )
    other = _held(target, "p", "ACCESS SHARE")
    with session(target) as connection, suppress(Error):
        run(connection, "SET lock_timeout = '100ms'")
        run(connection, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY")
    other.close()
    yield target


@pytest.mark.parametrize(
    ("wanted", "attached"),
    [
        ("CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 (a int);", False),
        (
            "CREATE TABLE p (a int) PARTITION BY RANGE (a);CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);",
            True,
        ),
    ],
    ids=["wanted detached", "wanted attached"],
)
def test_a_half_detached_partition_is_finished_by_a_plan(
    server: Server, difftool: Callable[..., Ran], tmp_path: Path, wanted: str, attached: bool
) -> None:
    (tmp_path / "schema.sql").write_text(wanted)
    with half_detached(server) as target:
        ran = difftool(
            "apply", "--schema", "schema.sql", "--yes", "--allow", "all", DATABASE_URL=target.url(secrets=True)
        )
        assert ran.code == 0, ran.err
        assert "statements done" in ran.out
        with session(target) as connection:
            found = rows(connection, "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'p1'::regclass")
            assert found == ([(False,)] if attached else [])
            assert rows(connection, "SELECT a FROM p1") == [(1,)]


# what is left of a statement


def statement(sql: str) -> Statement:
    return Statement(sql, "index", "public.i", "create", transaction=False)


def test_what_is_left_of_a_statement(server18: Server) -> None:
    target = server18.database(
        "CREATE TABLE t (a int)", "CREATE INDEX i ON t (a)", 'CREATE TABLE "T" (a int)', "INSERT INTO t VALUES (1), (1)"
    )
    build, drop = "CREATE INDEX CONCURRENTLY i ON public.t (a)", "DROP INDEX CONCURRENTLY public.i"
    unique = "CREATE UNIQUE INDEX CONCURRENTLY j ON public.t (a)"
    with session(target) as connection:
        assert remainder(connection, statement(build)) == Rest()
        assert remainder(connection, statement(drop)) == Rest((drop,))
        run(connection, drop)
        assert remainder(connection, statement(build)) == Rest((build,))
        assert remainder(connection, statement(drop)) == Rest()
        with suppress(Error):
            run(connection, unique)
        assert remainder(connection, statement(unique)) == Rest(("DROP INDEX CONCURRENTLY j", unique))
        assert remainder(connection, statement("DROP INDEX public.j")) == Rest(("DROP INDEX public.j",), half=True)
        assert remainder(connection, statement("VACUUM t")) is None
    with half_detached(server18) as half, session(half) as connection:
        begun = "ALTER TABLE public.p DETACH PARTITION public.p1"
        assert remainder(connection, statement(f"{begun} CONCURRENTLY")) == Rest((f"{begun} FINALIZE",), half=True)
        run(connection, f"{begun} FINALIZE")
        assert remainder(connection, statement(f"{begun} CONCURRENTLY")) == Rest()


def test_what_became_of_a_transaction(server18: Server) -> None:
    with session(server18.database()) as connection, session(server18.admin) as other:
        numbers = {}
        for end in ("COMMIT", "ROLLBACK"):
            run(connection, "BEGIN")
            numbers[end] = rows(connection, "SELECT pg_current_xact_id()::text")[0][0]
            assert status(other, numbers[end]) == "in progress"
            run(connection, end)
        assert [status(other, numbers[end]) for end in numbers] == ["committed", "aborted"]
        assert status(other, str(int(numbers["COMMIT"]) + 10**6)) == "", "of the future: a copy from before"


def settled(connection: object, sql: str, journal: Journal) -> Settled:
    identity = TargetIdentity("", "", "", "", "", "", "", 0, "")
    plan = Plan(identity, "", "native", Fingerprints("", "", ""), statements=(statement(sql),) * journal.statements)
    return settle(connection, Stopped(cast("Snapshot", None), plan, journal))  # type: ignore[arg-type]


def test_what_was_at_work_is_settled_by_looking(server18: Server) -> None:
    begun = Journal("20261129-230000-0000", 1, 6, done=2, reaches=4)
    with session(server18.database("CREATE TABLE t (a int)")) as connection:
        for end, done in (("COMMIT", 4), ("ROLLBACK", 2)):
            run(connection, "BEGIN")
            number = rows(connection, "SELECT pg_current_xact_id()::text")[0][0]
            run(connection, end)
            found = settled(connection, "SELECT 1", replace(begun, transaction=number))
            assert (found.done, found.unsure) == (done, 0)
        forgotten = settled(connection, "SELECT 1", replace(begun, transaction=str(int(number) + 10**6)))
        assert (forgotten.done, forgotten.unsure) == (2, 4), "the schema must tell"
        alone = replace(begun, done=3)
        assert settled(connection, "CREATE INDEX CONCURRENTLY i ON public.t (a)", alone).done == 3
        assert settled(connection, "DROP INDEX CONCURRENTLY public.i", alone).done == 4
        again = settled(connection, "DO 'BEGIN NULL; END'", alone)
        assert (again.done, again.unsure, again.rest) == (3, 0, None)
        assert settled(connection, "DROP SUBSCRIPTION s", alone).unsure == 4
        assert settled(connection, "SELECT 1", replace(begun, reaches=0)).told == ""


# the journal


PLACE = "app-7/20261129-230000-0000/"


def test_a_journal_says_what_each_statement_is(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store", "store")
    keeper = Keeper(store, PLACE, Journal("20261129-230000-0000", 1, 6, ("data-loss",)))
    keeper.start()
    keeper.works(Session(7, "today"))
    keeper.begins(3, "801")
    keeper.committed(3)
    keeper.begins(4, "")
    found = journal.of_snapshot(store, PLACE)
    assert found == keeper.now
    assert (found.done, found.reaches, found.transaction, found.session.pid, found.allowed) == (
        3,
        4,
        "",
        7,
        ("data-loss",),
    )
    assert [found.state(n) for n in range(1, 7)] == ["done", "done", "done", "running", "not-run", "not-run"]
    assert found.stopped_part_way
    keeper.stops("a reason", doubt=True)
    found = journal.of_snapshot(store, PLACE)
    assert found is not None
    assert (found.state(4), found.state(5), found.why) == ("in-doubt", "not-run", "a reason")
    following = Keeper(store, PLACE, found.following(4, ()))
    following.start()
    with pytest.raises(SnapshotError):
        Keeper(store, PLACE, found.following(4, ())).start()  # two that go on at once
    assert journal.of_snapshot(store, PLACE) == following.now


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store", "store")
    Keeper(store, PLACE, Journal("20261129-230000-0000", 1, 6)).start()
    file = tmp_path / "store" / PLACE / "journal-1.json"
    file.write_text(file.read_text().replace('"statements": 6', '"statements": 5'))
    with pytest.raises(DifftoolError, match="was edited after it was written"):
        journal.of_snapshot(store, PLACE)
    assert isinstance(journal.journals(store, None)[PLACE], DifftoolError)


def test_a_store_that_fails_stops_no_plan(tmp_path: Path) -> None:
    class Failing(FolderStore):
        def put(self, key: str, data: bytes) -> None:
            raise SnapshotError("no space")

    told: list[str] = []
    keeper = Keeper(Failing(tmp_path / "store", "store"), PLACE, Journal("20261129-230000-0000", 1, 6), told.append)
    keeper.start()
    keeper.begins(1, "")
    keeper.begins(2, "")
    assert told == [
        "the journal cannot be kept any more: no space; the plan goes on, "
        "and if it stops, difftool plan knows what is left where --resume does not"
    ]
    assert keeper.lost


def test_interrupted_and_gone_on_with_by_the_api(server18: Server, tmp_path: Path) -> None:
    """A statement that fails on a row; the row is mended, and the rest of the plan runs."""
    target = server18.database(*BEFORE, "INSERT INTO t VALUES (0, 0)")
    (tmp_path / "schema.sql").write_text(AFTER)
    flags = {"target": target.url(secrets=True), "schema": str(tmp_path / "schema.sql")}
    settings = load(start=tmp_path, flags=flags, environ=ONLINE)
    plan = api.plan(settings)
    with pytest.raises(StoppedPartWay) as failure:
        api.apply(plan, settings, allow=["all"])
    assert "difftool apply --resume goes on" in failure.value.hint
    _, told = api.find_stopped("", settings)
    assert 'stopped: statement 4 (alter constraint public.t.c) failed: check constraint "c"' in told[0]
    assert told[-1] == "3 of 4 statements are committed"
    with session(target) as connection:
        run(connection, "UPDATE t SET a = 1")
    applied = api.resume("", settings)
    assert [o.state for o in applied.outcomes] == ["done"] * 4
    assert applied.left == ()
    with pytest.raises(Refused):
        api.resume("", settings)
