"""Hooks: what is run around an apply, what stops it, and what a file may not bring along."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import at_terminal, columns, until

from difftool import hooks
from difftool.errors import ApplyFailed, UsageError
from difftool.model import Fingerprints, Plan, TargetIdentity
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.settings import Hook, load

Run = Callable[..., Ran]
FAILS = "SELECT 1;\n\nDO $$ BEGIN RAISE EXCEPTION 'the import is running'; END $$;\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);\n")
    return tmp_path


def script(project: Path, *lines: str) -> str:
    """A program that runs these lines of Python."""
    path = project / "hook"
    path.write_text("\n".join([f"#!{sys.executable}", "import os, sys", *lines]))
    path.chmod(0o755)
    return "./hook"


def apply(difftool: Run, target: Conninfo, **environ: str) -> Ran:
    return difftool("apply", "--yes", "--schema", "schema.sql", DATABASE_URL=target.url(secrets=True), **environ)


def test_sql_runs_on_the_target_around_the_apply(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database("CREATE SCHEMA log", "CREATE TABLE log.hook (seen text)")
    (project / "difftool.toml").write_text('schemas = ["public"]\nbefore_apply = ["a.sql"]\nafter_apply = ["a.sql"]\n')
    (project / "a.sql").write_text(
        "INSERT INTO log.hook SELECT concat(current_user, ' ', to_regclass('t'));\n"
        "DO $$ BEGIN RAISE NOTICE 'looked'; END $$"
    )
    ran = apply(difftool, target)
    assert ran.code == 0, ran.err
    with session(target) as connection:
        assert rows(connection, "SELECT * FROM log.hook") == [(f"{target.user} ",), (f"{target.user} t",)]
    assert ran.err.count("a.sql: NOTICE:  looked\n") == 2
    assert ran.err.index("hook before the apply: a.sql\n") < ran.err.index("taking a snapshot")


def test_a_failing_hook_before_stops_with_nothing_done(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    (project / "a.sql").write_text(FAILS)
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY="a.sql\n./never")
    assert ran.code == 1
    said = "error: the hook a.sql before the apply failed: line 3: the import is running; nothing was applied\n"
    assert said in ran.err
    assert "never" not in ran.err
    assert columns(target) == []
    assert not list((project / ".difftool").rglob("manifest*"))


@pytest.mark.parametrize(
    ("sql", "why"),
    [("BEGIN; CREATE TABLE u ();", "it ends inside a transaction, which was rolled back"), (None, "cannot read ")],
)
def test_sql_that_does_not_end_well(sql: str | None, why: str, server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    if sql:
        (project / "a.sql").write_text(sql)
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY="a.sql")
    assert ran.code == 1
    assert f"the hook a.sql before the apply failed: {why}" in ran.err


def test_a_hook_that_changes_the_schema_makes_the_plan_stale(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    (project / "a.sql").write_text("CREATE TABLE other ()")
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY="a.sql")
    assert ran.code == 4
    assert "the target has changed since the plan was made: table public.other is new" in ran.err
    assert columns(target) == []


def test_a_command_is_told_what_it_is_run_for(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    hook = script(project, "print([sys.argv[1:], {k[14:]: v for k, v in os.environ.items() if 'DIFFTOOL_HOOK_' in k}])")
    command = f"{hook} '$HOME *' --flag"
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY=command, DIFFTOOL_AFTER_APPLY=command)
    assert ran.code == 0, ran.err
    before, after = (eval(line[6:]) for line in ran.err.splitlines() if line.startswith("hook: ["))
    assert before[0] == ["$HOME *", "--flag"]
    common = {
        "REASON": "apply",
        "TARGET": "default",
        "DATABASE": target.database,
        "SUMMARY": "1 to create",
        "ERROR": "",
    }
    assert before[1] == common | {"WHEN": "before", "SNAPSHOT": "", "OUTCOME": ""}
    assert after[1]["SNAPSHOT"]
    assert after[1] == common | {"WHEN": "after", "SNAPSHOT": after[1]["SNAPSHOT"], "OUTCOME": "applied"}


def test_a_failing_hook_after_undoes_nothing(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    hook = script(project, "print(os.environ['DIFFTOOL_HOOK_OUTCOME'])", "sys.exit(3)")
    ran = apply(difftool, target, DIFFTOOL_AFTER_APPLY=f"{hook}\n{hook}\n./missing")
    assert ran.code == 5
    assert "hook: applied\n" in ran.err
    assert "hook: stopped\n" in ran.err
    failed = "the hook ./hook after it failed: exit status 3"
    missing = "the hook ./missing after it failed: it cannot be run: No such file or directory"
    assert (
        f"error: all statements are committed, but {failed}; {failed}; {missing}\nhint: difftool rollback " in ran.err
    )
    assert columns(target) == ["a"]


def test_after_a_failure_commands_are_told_and_sql_is_not_run(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (1)")
    (project / "schema.sql").write_text("CREATE TABLE t (a int UNIQUE);\n")
    (project / "a.sql").write_text(FAILS)
    hook = script(project, "print(os.environ['DIFFTOOL_HOOK_OUTCOME'], os.environ['DIFFTOOL_HOOK_ERROR'])")
    ran = apply(difftool, target, DIFFTOOL_AFTER_APPLY=f"a.sql\n{hook}", DIFFTOOL_ALLOW="all")
    assert ran.code == 1
    assert "hook: failed statement 1 (create" in ran.err
    assert "a.sql" not in ran.err


def test_no_hook_without_an_apply(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)")
    (project / "a.sql").write_text(FAILS)
    both = {"DIFFTOOL_BEFORE_APPLY": "a.sql\n/bin/false", "DIFFTOOL_AFTER_APPLY": "a.sql"}
    assert apply(difftool, target, **both).code == 0, "there is nothing to do"
    (project / "schema.sql").write_text("CREATE TABLE t (a int, b int);\n")
    url = target.url(secrets=True)
    for command in ("plan", "check"):
        ran = difftool(command, "--schema", "schema.sql", DATABASE_URL=url, **both)
        assert ran.code == 3
        assert "hook" not in ran.err + ran.out


def test_data_alone_is_an_apply_as_well(server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database("CREATE TABLE t (a int PRIMARY KEY)")
    (project / "schema.sql").write_text("CREATE TABLE t (a int PRIMARY KEY);\n")
    (project / "rows.sql").write_text("INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING;\n")
    (project / "difftool.toml").write_text('data = ["rows.sql"]\n')
    hook = script(project, "print(os.environ['DIFFTOOL_HOOK_OUTCOME'])")
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY=hook, DIFFTOOL_AFTER_APPLY=hook)
    assert ran.code == 0, ran.err
    assert ran.err.index("hook: \n") < ran.err.index("data: rows.sql\n") < ran.err.index("hook: applied\n")
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY="/bin/false")
    assert ran.code == 1
    assert "data: " not in ran.err


def test_hooks_are_named_before_the_question(server18: Server, project: Path) -> None:
    target = server18.database()
    both = {"DIFFTOOL_BEFORE_APPLY": "a.sql", "DIFFTOOL_AFTER_APPLY": "notify --token secret\nb.sql"}
    arguments, url = ["apply", "--schema", "schema.sql"], target.url(secrets=True)
    screen = at_terminal(arguments, project, ("? [y/N] ", "n\n"), DATABASE_URL=url, **both)
    assert "run before it: a.sql\nrun after it: notify, b.sql\n" in screen.text
    assert "secret" not in screen.text
    assert screen.code == 4


def test_a_difftool_that_a_hook_calls(server18: Server, difftool: Run, project: Path) -> None:
    """It finds variables of hooks in its environment, and is not confused."""
    target = server18.database()
    program = Path(sys.executable).parent / "difftool"
    ran = apply(difftool, target, DIFFTOOL_AFTER_APPLY=f"{program} check --schema schema.sql")
    assert ran.code == 0, ran.err


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(
    server18: Server, difftool: Run, project: Path
) -> None:
    """What comes before an apply then stops it with nothing done; what comes after it is a hook that failed."""
    target = server18.database()
    hook = script(project, "import subprocess", "print(subprocess.Popen(['sleep', '60']).wait(), flush=True)")
    why = "it ran for longer than hook_timeout, 1s, and was ended"
    began = time.monotonic()
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY=hook, DIFFTOOL_HOOK_TIMEOUT="1s")
    assert ran.code == 1
    assert f"error: the hook ./hook before the apply failed: {why}; nothing was applied\n" in ran.err
    assert columns(target) == []
    ran = apply(difftool, target, DIFFTOOL_AFTER_APPLY=hook, DIFFTOOL_HOOK_TIMEOUT="1s")
    assert ran.code == 5
    assert f"error: all statements are committed, but the hook ./hook after it failed: {why}\n" in ran.err
    assert columns(target) == ["a"]
    assert time.monotonic() - began < 40


@pytest.mark.parametrize("hears", [True, False])
def test_with_how_much_force_a_command_is_ended(hears: bool, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it started ends with it, even where both hear no SIGTERM, and what it printed was told."""
    monkeypatch.setattr(hooks, "GRACE", 0.5)
    monkeypatch.chdir(project)
    ignoring = "" if hears else "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    lines = ["import signal, subprocess, time", ignoring, "print(subprocess.Popen(['sleep', '60']).pid, flush=True)"]
    command, told = Hook((script(project, *lines, "time.sleep(60)"),)), list[str]()
    here = TargetIdentity("prod", "", "", "", "app", "", "", 180000, "1")
    occasion = hooks.Occasion(Plan(here, "schema", "native", Fingerprints("", "", "")), "prod", "apply")
    found = hooks.Hooks((command,), (), Conninfo(()), "1s", "700ms", occasion, told.append)
    with pytest.raises(ApplyFailed, match=r"hook_timeout, 700ms, and was ended; nothing was applied$"):
        found.open()
    started = int(told[-1].removeprefix("hook: "))
    until(lambda: not running(started), lambda: f"the end of {started}", 5)


def running(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked for is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "sql", ["SELECT pg_sleep(60);", "BEGIN; CREATE TABLE u (); SELECT pg_sleep(0.7); SELECT pg_sleep(60);"]
)
def test_sql_that_takes_too_long_is_cancelled(sql: str, server18: Server, difftool: Run, project: Path) -> None:
    target = server18.database()
    (project / "a.sql").write_text(f"SET statement_timeout = 0; {sql} CREATE TABLE v ();")
    ran = apply(difftool, target, DIFFTOOL_BEFORE_APPLY="a.sql", DIFFTOOL_HOOK_TIMEOUT="1 s")
    assert ran.code == 1
    assert "the hook a.sql before the apply failed: it ran for longer than hook_timeout, 1 s, and was ended;" in ran.err
    with session(target) as connection:
        assert rows(connection, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []


def test_a_command_in_its_time_is_told_of_whole(server18: Server, difftool: Run, project: Path) -> None:
    """Lines as they end, a last one without an end, and what is no text."""
    hook = script(project, r"sys.stdout.buffer.write('ä\n10 %\r20 %\r\n'.encode() + b'\xff!')")
    for limit in ("0", "30s"):
        ran = apply(difftool, server18.database(), DIFFTOOL_AFTER_APPLY=hook, DIFFTOOL_HOOK_TIMEOUT=limit)
        assert ran.code == 0, ran.err
        assert "hook: ä\nhook: 10 %\nhook: 20 %\nhook: \ufffd!\n" in ran.err


# settings


def test_a_file_names_no_command(tmp_path: Path) -> None:
    places = {"difftool.toml": 'after_apply = ["a.sql", "rm -rf /"]', ".env": "DIFFTOOL_AFTER_APPLY='rm -rf /'"}
    for name, text in places.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(UsageError, match="names rm is refused: it names a program to run") as refused:
            load(start=tmp_path, environ={})
        assert refused.value.hint == "set DIFFTOOL_AFTER_APPLY in the process environment"
        (tmp_path / name).unlink()


def test_where_hooks_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "project"
    below.mkdir()
    (below / "difftool.toml").write_text('before_apply = ["hooks/a.sql"]\n')
    found = load(start=tmp_path / "project", environ={"DIFFTOOL_AFTER_APPLY": "../b.sql\n say 'a b, c'\n"})
    assert found.before_apply == (Hook((str(below / "hooks/a.sql"),)),)
    assert found.after_apply == (Hook((str(tmp_path / "b.sql"),)), Hook(("say", "a b, c")))
    assert {e.value for e in found.explained if e.name == "after_apply"} == {"../b.sql, say ***"}
    (below / "difftool.toml").write_text('before_apply = ["../a.sql"]\n')
    with pytest.raises(UsageError, match="is refused: it lies outside"):
        load(start=below, environ={})


def test_a_command_whose_quotes_are_open(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a list of SQL files and commands"):
        load(start=tmp_path, environ={"DIFFTOOL_AFTER_APPLY": "say 'a"})
    assert os.environ.get("DIFFTOOL_AFTER_APPLY") is None
