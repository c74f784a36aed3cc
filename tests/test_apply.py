"""Applying: who is asked, what stands in the way, and what is told when a statement does not go through."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import COMMAND, at_terminal, columns, indexes, nothing_left, until

from difftool import api
from difftool.errors import ApplyFailed, Refused, StoppedPartWay, TargetUnfit
from difftool.guard import ADVISORY
from difftool.model import Applied, Outcome, Plan, Statement
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.settings import Settings, load

Run = Callable[..., Ran]
ONE_TABLE = "CREATE TABLE t (a int);\n"


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(server18: Server) -> Iterator[None]:
    yield
    nothing_left(server18.admin)


class Desk:
    """A folder with a desired schema, and what is done from there through the Python API."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settings(self, target: Conninfo, wanted: str, **environ: str) -> Settings:
        (self.folder / "schema.sql").write_text(wanted)
        flags = {"target": target.url(secrets=True), "schema": str(self.folder / "schema.sql")}
        return load(start=self.folder, flags=flags, environ=environ)

    def plan(self, settings: Settings, *statements: Statement) -> Plan:
        """The plan, or one with these statements in place of its own."""
        plan = api.plan(settings)
        return replace(plan, statements=statements) if statements else plan


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def statement(sql: str, *, transaction: bool = True, commit: bool = False) -> Statement:
    kind, name = ("index", "public.i") if "INDEX" in sql else ("table", "public.t")
    return Statement(sql, kind, name, "create" if kind == "index" else "alter", transaction, commit)


# asking


def test_without_a_terminal_yes_must_be_said(server18: Server, difftool: Run, tmp_path: Path) -> None:
    target = server18.database()
    (tmp_path / "schema.sql").write_text(ONE_TABLE)
    ran = difftool("apply", "--schema", "schema.sql", DATABASE_URL=target.url(secrets=True))
    assert ran.code == 4
    assert ran.err == "error: nobody can be asked: this is no terminal\nhint: --yes answers for you\n"
    assert columns(target) == []
    for typed in ("n\n", "\x04"):
        screen = at_terminal(
            ["apply", "--schema", "schema.sql"], tmp_path, ("? [y/N] ", typed), DATABASE_URL=target.url(secrets=True)
        )
        assert screen.code == 4
        assert "error: not confirmed, so nothing was done\n" in screen.text
        assert columns(target) == []


def test_protected_target_wants_its_name_typed(server18: Server, tmp_path: Path) -> None:
    target = server18.database()
    (tmp_path / "schema.sql").write_text(ONE_TABLE)
    (tmp_path / "difftool.toml").write_text(
        'schema = "schema.sql"\n[targets.prod]\nurl = "env:PROD_URL"\nprotect = true\n'
    )
    question = "type the database's name to go ahead: "
    for typed, code in (("y\n", 4), (f"{target.database}\n", 0)):
        screen = at_terminal(["apply"], tmp_path, (question, typed), PROD_URL=target.url(secrets=True))
        assert screen.code == code, screen.text
        assert f"apply 1 statement to prod ({target.database} @ {target.host})? {question}" in screen.text
        assert columns(target) == ([] if code else ["a"])


def test_create_database(server18: Server, difftool: Run, tmp_path: Path) -> None:
    owner = server18.database()
    with session(server18.admin) as connection:
        run(connection, f"ALTER ROLE {owner.user} CREATEDB")
    target = owner.but(dbname=f"{owner.database}_new")
    (tmp_path / "schema.sql").write_text(ONE_TABLE)
    url, arguments = target.url(secrets=True), ("apply", "--schema", "schema.sql", "--create-database")
    assert difftool(*arguments, DATABASE_URL=url).code == 4
    screen = at_terminal([*arguments], tmp_path, ("? [y/N] ", "n\n"), DATABASE_URL=url)
    assert screen.code == 4
    assert screen.text.lstrip().startswith(f'create database "{target.database}" at {target.host}? [y/N] ')
    assert "error: not confirmed, so no database was created\n" in screen.text
    ran = difftool(*arguments, "--yes", DATABASE_URL=url)
    assert ran.code == 0, ran.err
    assert ran.err.startswith(f'created database "{target.database}"\n')
    assert columns(target) == ["a"]
    assert difftool(*arguments, "--yes", DATABASE_URL=url).code == 0  # it is there: nothing to do


# others in the way


def test_lock_held_by_another_session(server18: Server, desk: Desk) -> None:
    target = server18.database(ONE_TABLE)
    settings = desk.settings(
        target, "CREATE TABLE t (a int, b int);", DIFFTOOL_LOCK_TIMEOUT="400ms", DIFFTOOL_RETRIES="1"
    )
    plan, told = desk.plan(settings), []
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "INSERT INTO t VALUES (1)")
        with pytest.raises(ApplyFailed) as failure:
            api.apply(plan, settings, talk=told.append)
        pid = other.info.backend_pid
    blocker = (
        rf"pid {pid} \(user {target.user}, difftool, idle in transaction, \d\d:\d\d:\d\d\): INSERT INTO t VALUES \(1\)"
    )
    assert re.fullmatch(
        r"statement 1 \(create column public\.t\.b\) did not get its lock within 400ms, tried 2 times; "
        rf"blocked by {blocker}; nothing was changed",
        failure.value.message,
    )
    assert failure.value.hint == "end what holds the lock, or raise lock_timeout or retries, then apply again"
    assert re.fullmatch(
        r"statement 1 \(create column public\.t\.b\) did not get its lock within 400ms, "
        rf"blocked by {blocker}; trying again in \d\.\d s \(1 of 1\)",
        told[1],
    )
    assert columns(target) == ["a"]


def test_lock_that_is_let_go_in_time(server18: Server, desk: Desk) -> None:
    """The whole transaction is run again, and nothing is held while it waits for its turn."""
    target = server18.database(ONE_TABLE, "CREATE TABLE u (a int)")
    settings = desk.settings(target, "CREATE TABLE t (a int, b int); CREATE TABLE u (a int, b int);",
                             DIFFTOOL_LOCK_TIMEOUT="400ms")  # fmt: skip
    plan = desk.plan(settings)
    assert [s.name for s in plan.statements] == ["public.t.b", "public.u.b"]
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "INSERT INTO u VALUES (1)")

        def talk(text: str) -> None:
            if "trying again" in text:
                run(other, "SET lock_timeout = '1ms'")
                run(other, "LOCK TABLE t")  # statement 1 is no longer in the way of anybody
                run(other, "COMMIT")

        applied = api.apply(plan, settings, talk=talk)
    assert [o.state for o in applied.outcomes] == ["done", "done"]
    assert applied.left == ()
    assert columns(target, "u") == ["a", "b"]


def test_another_apply_is_at_work(server18: Server, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["difftool.guard"], "LOCK_WAIT", 0.3)
    target = server18.database()
    settings = desk.settings(target, ONE_TABLE)
    plan = desk.plan(settings)
    with session(target) as other:
        run(other, f"SELECT pg_advisory_lock({ADVISORY})")
        with pytest.raises(Refused) as failure:
            api.apply(plan, settings)
        pid = other.info.backend_pid
    assert re.fullmatch(
        rf"another apply is at work on this database: pid {pid}, user {target.user}, difftool, local, "
        r"connected for \d\d:\d\d:\d\d",
        failure.value.message,
    )
    assert (failure.value.exit_code, failure.value.hint) == (
        4,
        f"wait for it to end; if its machine is gone, SELECT pg_terminate_backend({pid})",
    )
    assert columns(target) == []


def test_two_applies_at_once(server18: Server, tmp_path: Path) -> None:
    """One does it; the other finds that it is done, or that its plan is no longer true."""
    target = server18.database("CREATE FUNCTION slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(1)'")
    with session(target) as connection:
        run(connection, "CREATE TABLE t (a int)")
        run(connection, "INSERT INTO t VALUES (1)")
    (tmp_path / "schema.sql").write_text(
        "CREATE FUNCTION slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(1)';"
        "CREATE TABLE t (a int, b int DEFAULT slow());"
    )
    command = [str(COMMAND), "apply", "--yes", "--allow", "all", "--schema", "schema.sql"]
    environ = {**os.environ, "DATABASE_URL": target.url(secrets=True)}
    both = [
        subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [p.communicate(timeout=60)[1] for p in both]
    assert sorted(p.returncode for p in both) == [0, 4], said
    refused = next(s for p, s in zip(both, said, strict=True) if p.returncode == 4)
    assert "error: the target has changed since the plan was made: table public.t is different\n" in refused
    assert columns(target) == ["a", "b"]


# what fails


VIOLATIONS = {
    "a check": (
        "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 1));",
        'check constraint "c" of relation "t" is violated by some row',
    ),
    "not null": ("CREATE TABLE t (a int NOT NULL);", 'column "a" of relation "t" contains null values'),
    "unique": (
        "CREATE TABLE t (a int UNIQUE);",
        r'could not create unique index "t_a_key" \(Key \(a\)=\(1\) is duplicated.\)',
    ),
}


@pytest.mark.parametrize(("wanted", "why"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_rows_that_violate_what_is_wanted(wanted: str, why: str, server18: Server, desk: Desk) -> None:
    """The clone that proves the plan has no rows; the target refuses, and nothing of the plan stays."""
    target = server18.database(ONE_TABLE, "INSERT INTO t VALUES (1), (1), (NULL)")
    settings = desk.settings(target, f"CREATE TABLE first (a int); {wanted}")
    plan = desk.plan(settings)
    assert plan.proven is True
    reported: list[Outcome] = []
    with pytest.raises(ApplyFailed) as failure:
        api.apply(plan, settings, allow=["all"], report=reported.append)
    number = next(o.number for o in reported if o.state == "failed")
    assert number > 1
    assert re.fullmatch(
        rf"statement {number} \(\w+ \w+ public\.t\S+\) failed: {why}; nothing was changed", failure.value.message
    )
    assert failure.value.exit_code == 1
    assert columns(target, "first") == []
    with session(target) as connection:
        assert rows(connection, "SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass") == [(0,)]


@pytest.mark.parametrize(
    "first",
    [
        statement("CREATE INDEX CONCURRENTLY i ON t (a)", transaction=False),
        statement("ALTER TABLE t ADD COLUMN b int", commit=True),
    ],
    ids=["outside a transaction", "committed at once"],
)
def test_what_was_committed_before_a_failure_stays_and_is_told(first: Statement, server18: Server, desk: Desk) -> None:
    target = server18.database(ONE_TABLE, "INSERT INTO t VALUES (1)")
    settings = desk.settings(target, "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a);")
    failing = statement("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1)")
    plan = desk.plan(settings, first, statement("ALTER TABLE t ADD COLUMN c int"), failing)
    with pytest.raises(StoppedPartWay) as failure:
        api.apply(plan, settings, allow=["all"])
    assert failure.value.message == (
        'statement 3 (alter table public.t) failed: check constraint "c" of relation "t" is violated by some row; '
        "1 of 3 statements is committed"
    )
    assert failure.value.exit_code == 5
    told = r"difftool plan shows what is left; difftool apply --resume goes on; difftool rollback \d{8}-\d{6}-\w{4} goes back"
    assert re.fullmatch(told, failure.value.hint)
    assert "c" not in columns(target)
    assert indexes(target) == [("i", True)] or columns(target) == ["a", "b"]


def test_concurrent_index_that_fails_is_taken_away(server18: Server, desk: Desk) -> None:
    target = server18.database(ONE_TABLE, "INSERT INTO t VALUES (1), (1)")
    settings = desk.settings(target, "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a);")
    plan = desk.plan(settings, statement("CREATE UNIQUE INDEX CONCURRENTLY i ON public.t (a)", transaction=False))
    with pytest.raises(ApplyFailed) as failure:
        api.apply(plan, settings, allow=["all"])
    assert failure.value.message == (
        'statement 1 (create index public.i) failed: could not create unique index "i" (Key (a)=(1) is duplicated.); '
        "nothing was changed"
    )
    assert indexes(target) == []


def test_statement_that_does_nothing_is_a_failure(server18: Server, desk: Desk) -> None:
    """PostgreSQL only warns that a GRANT had no effect."""
    target = server18.database("CREATE TABLE u (a int)")
    with session(server18.admin.but(dbname=target.database)) as connection:
        run(connection, ONE_TABLE)
        run(connection, f"GRANT SELECT ON t TO {target.user}")
        run(connection, "ALTER TABLE t OWNER TO postgres" if _exists(connection, "postgres") else "SELECT 1")
    settings = desk.settings(target, "CREATE TABLE u (a int, b int);")
    plan = replace(
        desk.plan(settings), proven=True, unhandled=(), statements=(statement("GRANT SELECT ON t TO public"),)
    )
    with pytest.raises(ApplyFailed) as failure:
        api.apply(plan, settings, allow=["all"])
    assert failure.value.message == (
        'statement 1 (alter table public.t) failed: WARNING: no privileges were granted for "t"; nothing was changed'
    )


def _exists(connection: object, role: str) -> bool:
    return bool(rows(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)))  # type: ignore[arg-type]


def test_result_that_is_not_what_was_wanted_is_named(server18: Server, desk: Desk) -> None:
    target = server18.database(ONE_TABLE)
    settings = desk.settings(target, "CREATE TABLE t (a int, b int); CREATE TABLE u (a int);")
    plan = desk.plan(settings, statement("ALTER TABLE t ADD COLUMN b bigint"))
    applied = api.apply(plan, settings, allow=["all"])
    assert [(x.kind, x.name, x.detail) for x in applied.left] == [
        ("table", "public.t", "differs"),
        ("table", "public.u", "missing in the target"),
    ]


def test_owner_role_that_one_may_not_become(server18: Server, desk: Desk) -> None:
    target, other = server18.database(), server18.database().user
    with session(target) as connection:
        run(connection, f"GRANT CREATE ON SCHEMA public TO {other}")
    settings = desk.settings(target, ONE_TABLE, DIFFTOOL_OWNER=other)
    with pytest.raises(ApplyFailed) as failure:
        api.apply(desk.plan(settings), settings, allow=["all"])
    assert failure.value.message == (
        f'SET ROLE "{other}" failed: permission denied to set role "{other}"; nothing was changed'
    )
    assert columns(target) == []


def test_read_only_target(server18: Server, desk: Desk) -> None:
    target = server18.database()
    settings = desk.settings(target, ONE_TABLE)
    plan = desk.plan(settings)
    with session(target) as connection:
        run(connection, f"ALTER ROLE {target.user} SET default_transaction_read_only = on")
    with pytest.raises(TargetUnfit) as failure:
        api.apply(plan, settings)
    assert failure.value.message == "the target is read-only (default_transaction_read_only)"


# a connection that breaks off


class Line:
    """A way to the server's socket that can be cut: before a COMMIT gets there, or before its answer comes back."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.armed = ""
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.path)
                committing = threading.Event()
                for way in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=(*way, committing), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, committing: threading.Event) -> None:
        """Pass on what comes, until either side ends or the line is cut."""
        with suppress(OSError):
            while data := source.recv(65536):
                if committing.is_set() or (b"COMMIT" in data and self.armed == "before"):
                    break
                if b"COMMIT" in data and self.armed == "after":
                    committing.set()
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def through_a_line(target: Conninfo) -> Iterator[tuple[Line, Conninfo]]:
    line = Line(f"{target.host}/.s.PGSQL.{target.port}")
    yield line, target.but(host="127.0.0.1", port=str(line.port), sslmode="disable", gssencmode="disable")
    line.listening.close()


def apply_cut(line: Line, when: str, plan: Plan, settings: Settings) -> Applied:
    def report(outcome: Outcome) -> None:
        line.armed = when

    return api.apply(plan, settings, report=report)


def test_connection_that_breaks_off_before_commit(server18: Server, desk: Desk) -> None:
    target = server18.database()
    with through_a_line(target) as (line, far):
        settings = desk.settings(far, ONE_TABLE)
        with pytest.raises(ApplyFailed) as failure:
            apply_cut(line, "before", desk.plan(settings), settings)
    assert failure.value.message == (
        "statement 1 (create table public.t) at COMMIT failed: server closed the connection unexpectedly; "
        "nothing was changed"
    )
    assert columns(target) == []


def test_connection_that_breaks_off_after_commit(server18: Server, desk: Desk) -> None:
    """The server is asked what became of the transaction: nobody is told that nothing was changed when it was."""
    target = server18.database()
    with through_a_line(target) as (line, far):
        settings = desk.settings(far, ONE_TABLE)
        with pytest.raises(StoppedPartWay) as failure:
            apply_cut(line, "after", desk.plan(settings), settings)
    assert re.fullmatch(
        "server closed the connection unexpectedly at the COMMIT after statement 1; it was done all the same; "
        "1 of 1 statement is committed",
        failure.value.message,
    )
    assert columns(target) == ["a"]


def test_session_that_is_terminated(server18: Server, desk: Desk) -> None:
    target = server18.database(ONE_TABLE, "INSERT INTO t VALUES (1)")
    settings = desk.settings(target, "CREATE TABLE t (a int, b int); CREATE TABLE u (a int);")
    plan = desk.plan(settings, statement("CREATE TABLE u (a int)"), statement("SELECT pg_sleep(30)"))

    def end_it() -> None:
        with session(server18.admin) as connection:
            found = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)'"
            until(lambda: bool(rows(connection, found)), lambda: "the statement")

    threading.Thread(target=end_it).start()
    with pytest.raises(ApplyFailed) as failure:
        api.apply(plan, settings, allow=["all"])
    assert re.fullmatch(
        r"statement 2 \(alter table public\.t\) failed: (terminating connection due to administrator command|"
        "server closed the connection unexpectedly); nothing was changed",
        failure.value.message,
    )
    assert columns(target, "u") == []


def test_interrupted_commit_that_was_done_all_the_same(server18: Server, desk: Desk) -> None:
    """Within Python nothing hears Ctrl-C while libpq waits: it comes up afterwards, and the COMMIT has been done."""
    target = server18.database(*SLOW_COMMIT)
    settings = desk.settings(target, ";".join(SLOW_COMMIT))
    plan = replace(desk.plan(settings), statements=(statement("INSERT INTO t VALUES (1)"),))

    def interrupt() -> None:
        with session(server18.admin) as connection:
            found = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{target.database}' AND query = 'COMMIT' AND state = 'active'"
            until(lambda: bool(rows(connection, found)), lambda: "the COMMIT")
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(StoppedPartWay) as failure:
        api.apply(plan, settings, allow=["all"])
    assert failure.value.message == (
        "interrupted at the COMMIT after statement 1; it was done all the same; 1 of 1 statement is committed"
    )
    with session(target) as connection:
        assert rows(connection, "SELECT a FROM t") == [(1,)]


SLOW_COMMIT = (
    "CREATE TABLE t (a int)",
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(new.a); RETURN new; END'",
    "CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION slow()",
)


# what may be made anew, rows and all


PARTITIONED = "CREATE TABLE t (a int) PARTITION BY RANGE (a);\n"


def test_a_plan_shows_what_apply_makes_anew(server18: Server, difftool: Run, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    (tmp_path / "schema.sql").write_text(PARTITIONED)
    where = ("--target", target.url(secrets=True), "--schema", "schema.sql")
    assert "DROP TABLE" not in difftool("plan", *where).out
    shown = difftool("plan", *where, "--allow", "recreate:public.t", "--out", "plan.json")
    assert (shown.code, "DROP TABLE public.t" in shown.out) == (3, True)
    told = difftool("diff", where[1], "schema.sql", "--allow", "recreate:public.t", "--allow", "recreate:public.u")
    assert (told.code, "DROP TABLE public.t" in told.out) == (3, True)
    assert "recreate:public.u is allowed, and this plan makes nothing of that name anew" in told.out
    late = difftool("apply", "plan.json", "--target", where[1], "--allow", "recreate:public.t")
    assert (late.code, late.err.partition("\n")[0]) == (
        2,
        "error: plan.json is a finished plan: --allow recreate:public.t is for making one",
    )
    done = difftool("apply", "plan.json", "--target", where[1], "--allow", "data-loss", "--yes")
    assert done.code == 0, done.err


@pytest.mark.parametrize("word", ["data-loss", "recreate:", "public.t"])
def test_a_plan_is_allowed_nothing_else(difftool: Run, word: str) -> None:
    ran = difftool("plan", "--allow", word)
    assert (ran.code, ran.err.partition("\n")[0]) == (
        2,
        f"error: --allow {word} makes no other plan: here it takes recreate:NAME, or all",
    )


def test_what_may_be_made_anew_is_told_apart_by_quotes(server18: Server, desk: Desk) -> None:
    both = 'CREATE SCHEMA a; CREATE SCHEMA "a.b"; CREATE TABLE "a.b".c (a int){0}; CREATE TABLE a."b.c" (a int){0};'
    target = server18.database(both.format(""), 'INSERT INTO "a.b".c VALUES (1)', 'INSERT INTO a."b.c" VALUES (1)')
    settings = desk.settings(target, both.format(" PARTITION BY RANGE (a)"))
    assert {u.detail.partition("recreate:")[2].partition(" ")[0] for u in api.plan(settings).unhandled} == {
        '"a.b".c',
        'a."b.c"',
    }
    plan = api.plan(settings, allow=['recreate:"a.b".c', "recreate:a.b.c"])
    assert [s.sql for s in plan.statements if s.action == "drop"] == ['DROP TABLE "a.b".c']
    assert "recreate:a.b.c is allowed, and this plan makes nothing of that name anew" in plan.notes


def test_what_apply_is_allowed_by_its_caller_makes_its_plan(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    settings = desk.settings(target, PARTITIONED)
    assert api.apply(None, settings, allow=["recreate:public.t", "data-loss"]).left == ()
