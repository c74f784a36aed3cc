"""Ctrl-C and SIGTERM in every phase of the installed command: it ends at once, the target is whole, nothing is left."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import COMMAND, at_terminal, columns, indexes, left, nothing_left, until

from difftool import api, planfile
from difftool.model import Statement
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.settings import load

AT_ONCE = 5.0
"""Seconds: it is about one; what would be waited for takes thirty."""
SLOW = "CREATE FUNCTION slow(i int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(i); RETURN true; END $$"


@dataclass
class Running:
    """The command at work, in a process group of its own as a shell would start it."""

    process: subprocess.Popen[str]
    admin: Conninfo

    def sees(self, sql: str) -> None:
        """Wait until a query on the server finds something: the phase has been reached."""
        with session(self.admin) as connection:
            until(lambda: bool(rows(connection, sql)) or self.process.poll() is not None, lambda: sql)
        assert self.process.poll() is None, self.process.communicate()

    def runs(self, text: str, where: Conninfo | None = None) -> None:
        """Wait until a statement of difftool's with this text is at work, in this database or any."""
        place = f" AND datname = '{where.database}'" if where else ""
        self.sees(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND application_name = 'difftool'"
            f" AND query ILIKE '%{text}%' AND pid <> pg_backend_pid(){place}"
        )

    def waits(self) -> None:
        """Wait until something waits for a lock on a table."""
        self.sees("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'")

    def interrupt(self, number: int = signal.SIGINT) -> Ran:
        """Ctrl-C, which reaches the whole group; any other signal reaches the one process, as from Kubernetes."""
        started = time.monotonic()
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            os.kill(self.process.pid, number)
        out, err = self.process.communicate(timeout=60)
        assert time.monotonic() - started < AT_ONCE, err
        assert "Traceback" not in err
        return Ran(self.process.returncode, out, err)


@pytest.fixture
def start(server18: Server, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts the command on a schema for a target, and sees to it that it ends."""
    begun: list[subprocess.Popen[str]] = []

    def call(*arguments: str, target: Conninfo | str = "", schema: str = "", **environ: str) -> Running:
        if schema:
            (tmp_path / "schema.sql").write_text(schema)
            arguments = (*arguments, "--schema", "schema.sql")
        url = target.url(secrets=True) if isinstance(target, Conninfo) else target
        process = subprocess.Popen(
            [str(COMMAND), *arguments],
            cwd=tmp_path,
            env={**os.environ, **({"DATABASE_URL": url} if url else {}), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return Running(process, server18.admin)

    yield call
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


@contextmanager
def silent_server() -> Iterator[tuple[int, socket.socket]]:
    """A port where somebody takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)
        yield listening.getsockname()[1], listening


def test_while_connecting(start: Callable[..., Running]) -> None:
    with silent_server() as (port, listening):
        running = start(
            "plan", target=f"postgresql://somebody@127.0.0.1:{port}/app?sslmode=disable", schema="SELECT 1;"
        )
        caller, _ = listening.accept()
        with caller:
            assert caller.recv(1)
            ran = running.interrupt()
    assert (ran.code, ran.out, ran.err) == (1, "", "error: interrupted; nothing was changed\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_while_loading_the_schema(number: int, start: Callable[..., Running], server18: Server) -> None:
    running = start("plan", target=server18.database(), schema="CREATE TABLE t (a int); SELECT pg_sleep(30);")
    running.runs("pg_sleep")
    ran = running.interrupt(number)
    assert (ran.code, ran.out, ran.err) == (1, "", "error: interrupted; nothing was changed\n")
    nothing_left(server18.admin)


def test_twice_is_no_more_than_once(start: Callable[..., Running], server18: Server) -> None:
    running = start("plan", target=server18.database(), schema="CREATE TABLE t (a int); SELECT pg_sleep(30);")
    running.runs("pg_sleep")
    os.killpg(running.process.pid, signal.SIGINT)
    time.sleep(0.1)
    ran = running.interrupt()
    assert (ran.code, ran.out, ran.err) == (1, "", "error: interrupted; nothing was changed\n")
    nothing_left(server18.admin)


def test_while_proving(start: Callable[..., Running], server18: Server) -> None:
    # one scratch database while the schema is loaded, several while the plan is proven
    marked = "SELECT count(*) n FROM pg_database WHERE shobj_description(oid, 'pg_database') = 'difftool scratch'"
    slow = f"SELECT pg_sleep(30) IS NULL AS slept FROM ({marked}) m WHERE n > 1"
    running = start("plan", target=server18.database(), schema=f"CREATE MATERIALIZED VIEW m AS {slow};")
    running.runs("pg_sleep")
    ran = running.interrupt()
    assert (ran.code, ran.out, ran.err) == (1, "", "error: interrupted; nothing was changed\n")
    nothing_left(server18.admin)


def test_at_the_question(server18: Server, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);")
    target = server18.database()
    screen = at_terminal(
        ["apply", "--schema", "schema.sql"], tmp_path, ("? [y/N] ", "\x03"), DATABASE_URL=target.url(secrets=True)
    )
    assert screen.code == 1
    assert "? [y/N] " in screen.text.splitlines()[-2]
    assert screen.text.splitlines()[-1] == "error: interrupted; nothing was changed"
    assert columns(target) == []
    nothing_left(server18.admin)


def test_during_the_snapshot(start: Callable[..., Running], server18: Server) -> None:
    target = server18.database()
    with silent_server() as (port, listening):
        running = start(
            "apply",
            "--yes",
            target=target,
            schema="CREATE TABLE t (a int);",
            DIFFTOOL_SNAPSHOT_STORE="s3://bucket/prefix",
            DIFFTOOL_S3_ENDPOINT=f"http://127.0.0.1:{port}",
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="secret",
        )
        caller, _ = listening.accept()
        with caller:
            assert caller.recv(1)
            ran = running.interrupt()
    assert ran.code == 1
    assert ran.err.endswith("error: interrupted; nothing was changed\n")
    assert columns(target) == []
    nothing_left(server18.admin)


def test_while_a_statement_waits_for_a_lock(start: Callable[..., Running], server18: Server) -> None:
    target = server18.database("CREATE TABLE t (a int)")
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "INSERT INTO t VALUES (1)")
        running = start(
            "apply", "--yes", "--lock-timeout", "60s", target=target, schema="CREATE TABLE t (a int, b int);"
        )
        running.waits()
        time.sleep(0.5)  # and somebody looks who is in the way
        ran = running.interrupt()
        assert ran.code == 1
        pid = other.info.backend_pid
    message = ran.err.splitlines()[-1]
    assert message.startswith(
        f"error: interrupted at statement 1 (create column public.t.b); blocked by pid {pid} (user test_"
    )
    assert message.endswith("INSERT INTO t VALUES (1); nothing was changed")
    assert columns(target) == ["a"]
    nothing_left(server18.admin)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_while_a_statement_runs(number: int, start: Callable[..., Running], server18: Server) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (30)", SLOW)
    wanted = f"CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (slow(a))); {SLOW};"
    running = start("apply", "--yes", "--allow", "all", target=target, schema=wanted)
    running.runs("ADD CONSTRAINT", target)
    ran = running.interrupt(number)
    assert ran.code == 1
    assert ran.err.endswith("error: interrupted at statement 2 (create constraint public.t.c); nothing was changed\n")
    assert columns(target) == ["a"]
    nothing_left(server18.admin)


def test_while_committing(start: Callable[..., Running], server18: Server, tmp_path: Path) -> None:
    """A deferred constraint is checked by COMMIT: cancelled there, the whole transaction is gone."""
    schema = (
        "CREATE TABLE t (a int)",
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(new.a); RETURN new; END'",
        "CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION slow()",
    )
    target = server18.database(*schema)
    insert = Statement("INSERT INTO t VALUES (30)", "table", "public.t", "alter")
    running = start(
        "apply", saved(target, tmp_path, ";".join(schema), insert), "--yes", "--allow", "all", target=target
    )
    running.runs("COMMIT", target)
    ran = running.interrupt()
    assert ran.code == 1
    assert ran.err.endswith("error: interrupted at statement 1 (alter table public.t) at COMMIT; nothing was changed\n")
    with session(target) as connection:
        assert rows(connection, "SELECT a FROM t") == []


def test_after_something_was_committed(start: Callable[..., Running], server18: Server, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (30)", SLOW)
    file = saved(
        target,
        tmp_path,
        f"CREATE TABLE t (a int, CONSTRAINT c CHECK (slow(a))); {SLOW}; CREATE INDEX i ON t (a);",
        Statement(
            "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a)", "index", "public.i", "create", transaction=False
        ),
        Statement("ALTER TABLE public.t ADD CONSTRAINT c CHECK (public.slow(a))", "constraint", "public.t.c", "create"),
    )
    running = start("apply", file, "--yes", "--allow", "all", target=target)
    running.runs("ADD CONSTRAINT", target)
    ran = running.interrupt()
    assert ran.code == 5
    message, hint = ran.err.splitlines()[-2:]
    assert message == "error: interrupted at statement 2 (create constraint public.t.c); 1 of 2 statements is committed"
    assert re.fullmatch(
        r"hint: difftool plan shows what is left; difftool apply --resume goes on; difftool rollback \d{8}-\d{6}-\w{4} goes back",
        hint,
    )
    assert indexes(target) == [("i", True)]
    nothing_left(server18.admin)


def test_concurrent_index_build(start: Callable[..., Running], server18: Server, tmp_path: Path) -> None:
    """It leaves an INVALID index behind when it is cancelled: that is taken away again."""
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (30)", IMMUTABLE)
    running = start("apply", concurrent_index(target, tmp_path), "--yes", "--allow", "all", target=target)
    running.runs("INDEX CONCURRENTLY", target)
    ran = running.interrupt()
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "error: interrupted at statement 1 (create index public.i); nothing was changed"
    assert indexes(target) == []
    nothing_left(server18.admin)


def test_concurrent_index_build_that_cannot_be_taken_back(
    start: Callable[..., Running], server18: Server, tmp_path: Path
) -> None:
    """Both building and dropping wait for every transaction that uses the table."""
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (0)", IMMUTABLE)
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "UPDATE t SET a = 1")
        settings = ("--yes", "--allow", "all", "--lock-timeout", "60s")
        running = start("apply", concurrent_index(target, tmp_path), *settings, target=target)
        running.sees("SELECT 1 FROM pg_locks WHERE NOT granted")
        ran = running.interrupt()
        assert ran.code == 5
        assert ran.err.splitlines()[-2].endswith(
            "; an INVALID index public.i is left, as it could not be dropped: canceling statement due to lock timeout; "
            "0 of 1 statement are committed"
        )
        assert indexes(target) == [("i", False)]
    nothing_left(server18.admin)


def test_again_while_an_index_is_taken_back(start: Callable[..., Running], server18: Server, tmp_path: Path) -> None:
    """Whoever insists is told what is left there."""
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (0)", IMMUTABLE)
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "UPDATE t SET a = 1")
        settings = ("--yes", "--allow", "all", "--lock-timeout", "60s")
        running = start("apply", concurrent_index(target, tmp_path), *settings, target=target)
        running.sees("SELECT 1 FROM pg_locks WHERE NOT granted")
        os.killpg(running.process.pid, signal.SIGINT)
        running.runs("DROP INDEX CONCURRENTLY", target)
        os.killpg(running.process.pid, signal.SIGINT)
        time.sleep(0.05)  # two that come at once are one
        ran = running.interrupt()
        assert ran.code == 5, ran.err
        assert "an INVALID index public.i is left, as it could not be dropped: interrupted; " in ran.err
        assert indexes(target) == [("i", False)]
    nothing_left(server18.admin)


IMMUTABLE = SLOW.replace("LANGUAGE", "IMMUTABLE LANGUAGE")


def concurrent_index(target: Conninfo, folder: Path) -> str:
    """A saved plan whose one statement cannot run in a transaction, and takes as many seconds as each row says."""
    schema = f"CREATE TABLE t (a int); {IMMUTABLE}; CREATE INDEX i ON t (slow(a));"
    sql = "CREATE INDEX CONCURRENTLY i ON public.t USING btree (public.slow(a))"
    return saved(target, folder, schema, Statement(sql, "index", "public.i", "create", transaction=False))


def saved(target: Conninfo, folder: Path, schema: str, *statements: Statement) -> str:
    """A plan to this schema, saved, but with these statements."""
    (folder / "schema.sql").write_text(schema)
    flags = {"target": target.url(secrets=True), "schema": str(folder / "schema.sql")}
    plan = api.plan(load(start=folder, flags=flags, environ={}))
    planfile.write(replace(plan, statements=statements), folder / "plan.json")
    return "plan.json"


def test_while_verifying(start: Callable[..., Running], server18: Server) -> None:
    target = server18.database("CREATE TABLE t (a int)", "CREATE TABLE u (a int)", "INSERT INTO t VALUES (1)", SLOW)
    wanted = f"CREATE TABLE t (a int, CONSTRAINT c CHECK (slow(a))); CREATE TABLE u (a int); {SLOW};"
    running = start("apply", "--yes", "--allow", "all", target=target, schema=wanted)
    running.runs("ADD CONSTRAINT", target)
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "LOCK TABLE u")
        running.waits()  # pg_dump does, for u
        ran = running.interrupt()
    assert ran.code == 5
    assert ran.err.splitlines()[-2:] == [
        "error: all statements are committed, but the result was not verified: interrupted",
        "hint: difftool check verifies it",
    ]
    nothing_left(server18.admin)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_while_many_are_checked(number: int, start: Callable[..., Running], server18: Server, tmp_path: Path) -> None:
    """The others are connecting, and waiting for a lock with pg_dump, on threads of their own."""
    locked = server18.database("CREATE TABLE t (a int)")
    with silent_server() as (port, listening), session(locked) as other:
        run(other, "BEGIN")
        run(other, "LOCK TABLE t")
        (tmp_path / "difftool.toml").write_text(
            'schema = "schema.sql"\n[targets.silent]\n'
            f'url = "postgresql://somebody@127.0.0.1:{port}/app?sslmode=disable"\n'
            f'[targets.locked]\nurl = "env:LOCKED"\n'
        )
        running = start("check", "--all", schema="CREATE TABLE t (a int);", LOCKED=locked.url(secrets=True))
        caller, _ = listening.accept()
        with caller:
            running.waits()
            ran = running.interrupt(number)
    assert (ran.code, ran.out, ran.err) == (1, "", "error: interrupted; nothing was changed\n")
    nothing_left(server18.admin)


def test_killed_and_swept_by_the_next_run(
    start: Callable[..., Running], server18: Server, difftool: Callable[..., Ran], tmp_path: Path
) -> None:
    target = server18.database()
    running = start("plan", target=target, schema="CREATE TABLE t (a int); SELECT pg_sleep(2);")
    running.runs("pg_sleep(2)")
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.communicate()
    assert {x.split()[0] for x in left(server18.admin)} >= {"database", "role"}
    # the killed run's sessions end when they next look for their client
    until(lambda: not any("session" in x for x in left(server18.admin)), lambda: "the end of its sessions")
    (tmp_path / "other.sql").write_text("CREATE TABLE other (a int);")
    ran = difftool("check", "--target", target.url(secrets=True), "--schema", "other.sql")
    assert ran.code == 3, ran.err
    nothing_left(server18.admin)


def test_the_python_api_takes_no_signal_handlers(server18: Server, tmp_path: Path) -> None:
    from psycopg2.extensions import get_wait_callback

    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);")
    flags = {"target": server18.database().url(secrets=True), "schema": str(tmp_path / "schema.sql")}
    api.plan(load(start=tmp_path, flags=flags, environ={}))
    assert get_wait_callback() is None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
