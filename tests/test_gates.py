"""What lets an apply begin and go on: maintenance windows, and pauses that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import at_terminal, columns, indexes, nothing_left

from difftool import api, gates, window
from difftool.errors import ApplyFailed, Refused, StoppedPartWay, UsageError
from difftool.model import Applied, Fingerprints, Plan, Statement, TargetIdentity
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.runner import Runner
from difftool.settings import Settings, load

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(server18: Server) -> Iterator[None]:
    yield
    nothing_left(server18.admin)


def statements(*commits: bool) -> tuple[Statement, ...]:
    """ALTER TABLE t ADD COLUMN c1, c2 …, each committed by itself where it says so."""
    return tuple(
        Statement(f"ALTER TABLE t ADD COLUMN c{n} int", "column", f"public.t.c{n}", "create", commit=commit)
        for n, commit in enumerate(commits, 1)
    )


def plan_of(*commits: bool) -> Plan:
    here = TargetIdentity("prod", "", "", "", "app", "app", "app", 180000, "1")
    return Plan(here, "schema", "native", Fingerprints("", "", ""), statements(*commits))


@pytest.mark.parametrize(
    ("texts", "now", "closes", "opens"),
    [
        ("02:00-04:00 UTC", "2026-03-01T01:59:59", "", "2026-03-01 02:00 UTC, in 1 min"),
        ("02:00-04:00 UTC", "2026-03-01T02:00:00", "2026-03-01T04:00", "2026-03-02 02:00 UTC, in 24 h 0 min"),
        ("02:00-04:00 UTC", "2026-03-01T04:00:00", "", "2026-03-02 02:00 UTC, in 22 h 0 min"),
        ("22:30 - 01:00 UTC", "2026-03-01T00:59:59", "2026-03-01T01:00", "2026-03-01 22:30 UTC, in 21 h 31 min"),
        ("22:30-01:00 UTC", "2026-03-01T23:00:00", "2026-03-02T01:00", "2026-03-02 22:30 UTC, in 23 h 30 min"),
        ("09:00-10:00 Asia/Tokyo", "2026-03-01T00:30:00", "2026-03-01T01:00", "2026-03-02 09:00 Asia/Tokyo, in 23 h 30 min"),
        ("02:00-04:00 UTC,03:00-05:00 UTC", "2026-03-01T03:30:00", "2026-03-01T05:00", "2026-03-02 02:00 UTC, in 22 h 30 min"),
        # the clock goes from 02:00 to 03:00 in the night to 29 March, and from 03:00 back to 02:00 in that to 25 October
        ("01:00-04:00 Europe/Berlin", "2026-03-29T01:30:00", "2026-03-29T02:00", "2026-03-30 01:00 Europe/Berlin, in 21 h 30 min"),
        ("01:00-04:00 Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T03:00", "2026-10-26 01:00 Europe/Berlin, in 21 h 30 min"),
    ],
)  # fmt: skip
def test_when_a_window_is_open(texts: str, now: str, closes: str, opens: str) -> None:
    windows = tuple(window.read(text) for text in texts.split(","))
    here = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = window.closing(windows, here)
    assert (found and found[1].astimezone(UTC).isoformat()[:16]) == (closes or None)
    assert window.opens_at(windows, here) == opens


@pytest.mark.parametrize("text", ["02:00-04:00", "2-4 UTC", "24:00-02:00 UTC", "02:00-02:00 UTC", "02:00-04:00 Mars/X"])
def test_what_is_no_window(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'DIFFTOOL_WINDOW in the environment is "0?2.*", not hours with a time zone'):
        load(start=tmp_path, environ={"DIFFTOOL_WINDOW": text.replace("24:00", "02:60")})


def test_a_target_has_its_own_windows(tmp_path: Path) -> None:
    text = (
        'window = "02:00-04:00 UTC"\n[targets.a]\nhost = "a"\n[targets.b]\nhost = "b"\nwindow = ["05:00-06:00 UTC"]\n'
    )
    (tmp_path / "difftool.toml").write_text(text)
    a, b = load(start=tmp_path, environ={}).targets
    assert [str(w) for w in (*a.window, *b.window)] == ["02:00-04:00 UTC", "05:00-06:00 UTC"]
    by_variable = load(start=tmp_path, environ={"DIFFTOOL_WINDOW": "07:00-08:00 UTC, 09:00-10:00 UTC"})
    assert [len(t.window) for t in by_variable.targets] == [2, 2]


def settings(folder: Path, target: Conninfo, wanted: str, **environ: str) -> Settings:
    (folder / "schema.sql").write_text(wanted)
    flags = {"target": target.url(secrets=True), "schema": str(folder / "schema.sql")}
    return load(start=folder, flags=flags, environ=environ)


def closed() -> str:
    """A window that is not open now, nor soon."""
    now = datetime.now(UTC)
    return f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M} UTC"


def test_outside_of_its_window_an_apply_is_refused(server18: Server, tmp_path: Path) -> None:
    target, text = server18.database(), closed()
    found = settings(tmp_path, target, "CREATE TABLE t (a int);", DIFFTOOL_WINDOW=text)
    plan = api.plan(found)
    with pytest.raises(Refused) as refused:
        api.apply(plan, found)
    opens = rf"it opens \d{{4}}-\d\d-\d\d {text[:5]} UTC, in (2 h 0|1 h 5\d) min"
    assert refused.match(rf"^the maintenance window is closed: {text}; {opens}$")
    assert columns(target) == []
    api.apply(plan, found, ignore_window=True)
    assert columns(target) == ["a"]


def test_a_window_that_closes_stops_between_two_statements(server18: Server, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t ()")
    hours = iter([NOON, NOON, *[NOON + timedelta(hours=1)] * 9])
    gate = gates.within([window.read("12:00-13:00 UTC")], clock=lambda: next(hours))
    plan = replace(api.plan(settings(tmp_path, target, "CREATE TABLE t (a int);")), statements=statements(*[True] * 4))
    with session(target) as watcher, pytest.raises(StoppedPartWay) as stopped:
        Runner(plan, target, watcher, "1s", 0, api.silent, api.silent, gate=gate).run()
    assert stopped.value.message == (
        "the maintenance window 12:00-13:00 UTC has closed; "
        "left: 3 (create column public.t.c3), 4 (create column public.t.c4); 2 of 4 statements are committed"
    )
    assert stopped.value.hint == "it opens 2026-03-02 12:00 UTC, in 23 h 0 min"
    assert columns(target) == ["c1", "c2"]


def test_a_gate_that_is_closed_from_the_beginning(server18: Server) -> None:
    target = server18.database("CREATE TABLE t ()")
    plan = plan_of(False, False)
    with session(target) as watcher, pytest.raises(Refused, match=r"^no; nothing was changed$"):
        Runner(plan, target, watcher, "1s", 0, api.silent, api.silent, gate=lambda done: gates.Stop("no")).run()
    assert columns(target) == []


def test_where_a_pause_is() -> None:
    asked: list[str] = []
    plan = plan_of(False, True, True, False)

    def stops(number: int, ask: gates.Ask | None) -> list[int]:
        gate = gates.pause(plan, number, ask)
        return [done for done in (0, 2, 2, 3) if gate(done)]

    assert stops(0, None) == []
    assert stops(1, None) == stops(2, None) == [2]
    assert stops(3, None) == [3]
    assert stops(1, lambda question: bool(asked.append(question))) == [2]
    assert stops(1, lambda question: True) == []
    assert asked == ["2 of 4 statements are committed, as --pause-after 1 asks; go on?"]
    assert [done for done in (1, 2, 3) if (gates.pause(plan, 1, None, 2))(done)] == [3], "two were committed before"
    for number, before, why in (
        (4, 0, "statement 4 is committed with the last one, 4"),
        (5, 0, "it has 4"),
        (2, 2, "statement 4 is committed with the last one, 4"),
        (1, 4, "it has 4, and 4 were committed before"),
    ):
        with pytest.raises(UsageError) as refused:
            gates.pause(plan, number, None, before)
        assert refused.value.message == f"--pause-after {number} leaves nothing of the plan to come: {why}"


LABELS = "CREATE TYPE e AS ENUM ('a'{});\nCREATE TABLE t (a e DEFAULT '{}');\n"


def test_a_pause_in_a_terminal_and_without(server18: Server, difftool: Callable[..., Ran], tmp_path: Path) -> None:
    before, after = LABELS.format("", "a"), LABELS.format(", 'b'", "b")
    target = server18.database(*before.split(";\n")[:2])
    (tmp_path / "schema.sql").write_text(after)
    arguments, url = ["apply", "--yes", "--schema", "schema.sql", "--pause-after", "1"], target.url(secrets=True)
    question = "1 of 2 statements is committed, as --pause-after 1 asks; go on? [y/N] "
    screen = at_terminal(arguments, tmp_path, (question, "n\n"), DATABASE_URL=url)
    assert screen.code == 5, screen.text
    assert "error: paused after statement 1, as --pause-after 1 asks; left: 2 (" in screen.text
    ran = difftool(*arguments, DATABASE_URL=url)
    assert ran.code == 2, "one statement is left"
    assert "error: --pause-after 1 leaves nothing of the plan to come: " in ran.err
    assert difftool(*arguments[:-2], DATABASE_URL=url).code == 0
    other = server18.database(*before.split(";\n")[:2])
    assert at_terminal(arguments, tmp_path, (question, "y\n"), DATABASE_URL=other.url(secrets=True)).code == 0


# statement_timeout


SLOW = """CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN 1; END $$"""


def test_a_statement_that_runs_too_long(server18: Server, tmp_path: Path) -> None:
    """It is ended, and its transaction undone; what checks rows while others write is not."""
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", SLOW)
    user = target.user
    with session(server18.admin) as connection:
        run(connection, f"ALTER ROLE {user} SET statement_timeout = '2s'")
    plan = api.plan(settings(tmp_path, target, f"{SLOW};\nCREATE TABLE t (a int);"))
    adds = Statement(
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a < slow() + 1) NOT VALID", "constraint", "public.t.c", "create"
    )
    checks = Statement("ALTER TABLE t VALIDATE CONSTRAINT c", "constraint", "public.t.c", "alter")
    rewrites = Statement("ALTER TABLE t ADD b int DEFAULT slow()", "column", "public.t.b", "create")

    def apply(timeout: str, *statements: Statement) -> Applied:
        found = settings(tmp_path, target, "", DIFFTOOL_STATEMENT_TIMEOUT=timeout)
        return api.apply(replace(plan, statements=statements), found, snapshot=False)

    with pytest.raises(
        ApplyFailed, match="canceling statement due to statement timeout; nothing was changed"
    ) as failed:
        apply("1s", adds, rewrites)
    assert failed.value.hint == "statement_timeout is 1s: raise it, or set it to 0"
    assert columns(target) == ["a"]
    assert apply("1s", replace(adds, commit=True), checks).outcomes[-1].state == "done"
    with pytest.raises(Refused, match="has changed"):
        apply("0", rewrites)
    fresh = api.plan(settings(tmp_path, target, f"{SLOW};\nCREATE TABLE t (a int);"))
    assert api.apply(replace(fresh, statements=(rewrites,)), settings(tmp_path, target, ""), snapshot=False).outcomes
    assert columns(target) == ["a", "b"], "without a setting, no limit of the role's holds"


def test_an_index_that_waits_for_longer_than_it_may(server18: Server, tmp_path: Path) -> None:
    """What it left is gone, it is not tried again, and who was in the way is named."""
    target = server18.database("CREATE TABLE t (a int)", "CREATE TABLE u ()")
    found = settings(tmp_path, target, "CREATE TABLE t (a int);\nCREATE TABLE u ();", DIFFTOOL_PATIENCE="1500ms")
    build = Statement("CREATE INDEX CONCURRENTLY i ON public.t (a)", "index", "public.i", "create", transaction=False)
    plan, told = replace(api.plan(found), statements=(build,)), []
    with session(target) as other:
        run(other, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM u")
        with pytest.raises(ApplyFailed) as failed:
            api.apply(plan, found, snapshot=False, talk=told.append)
        pid = other.info.backend_pid
    assert failed.value.message.startswith(
        f"statement 1 (create index public.i) waited for older transactions for longer than 1500ms: pid {pid} (user "
    )
    assert failed.value.message.endswith("SELECT FROM u; nothing was changed")
    assert failed.value.hint == "end them, or raise patience, then apply again"
    assert [t for t in told if "trying again" in t] == []
    assert indexes(target) == []


def test_a_resumed_apply_has_the_same_gates(server18: Server, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t ()")
    wanted = "CREATE TABLE t (c1 int, c2 int, c3 int);"
    plan = replace(api.plan(settings(tmp_path, target, wanted)), statements=statements(True, True, False))
    with pytest.raises(StoppedPartWay, match=r"^paused after statement 1, .*; 1 of 3 statements is committed$"):
        api.apply(plan, settings(tmp_path, target, wanted), pause_after=1)
    closes = settings(tmp_path, target, wanted, DIFFTOOL_WINDOW=closed())
    with pytest.raises(Refused, match=r"^the maintenance window is closed: "):
        api.resume("", closes)
    with pytest.raises(UsageError, match="leaves nothing of the plan to come: statement 3 is committed with the last"):
        api.resume("", closes, ignore_window=True, pause_after=2)
    with pytest.raises(StoppedPartWay, match=r"^paused after statement 2, .*; 2 of 3 statements are committed$"):
        api.resume("", closes, ignore_window=True, pause_after=1)
    assert columns(target) == ["c1", "c2"]
    assert [o.state for o in api.resume("", settings(tmp_path, target, wanted)).outcomes] == ["done"] * 3
    assert columns(target) == ["c1", "c2", "c3"]
