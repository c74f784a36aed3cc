"""check --all: every configured target side by side, and the worst answer is the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import nothing_left

from difftool.pg.connection import run, session

Run = Callable[..., Ran]
WANTED = "CREATE TABLE t (a int);"


@pytest.fixture
def fleet(server18: Server, tmp_path: Path) -> dict[str, str]:
    """A settings file with four targets, and the variables that lead to three of them."""
    (tmp_path / "schema.sql").write_text(WANTED)
    names = ("fine", "drifted", "dead", "unset")
    tables = "".join(f'[targets.{n}]\nurl = "env:{n.upper()}_URL"\n' for n in names)
    (tmp_path / "difftool.toml").write_text(f'schema = "schema.sql"\n{tables}')
    fine, drifted = server18.database(WANTED), server18.database(WANTED, "ALTER TABLE t ADD COLUMN by_hand int")
    return {
        "FINE_URL": fine.url(secrets=True),
        "DRIFTED_URL": drifted.url(secrets=True),
        "DEAD_URL": "postgresql://somebody:secret@127.0.0.1:1/app",
    }


def test_one_table_and_the_worst_is_the_exit_code(fleet: dict[str, str], difftool: Run, server18: Server) -> None:
    ran = difftool("check", "--all", **fleet)
    assert ran.code == 1
    assert ran.err == ""
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line.strip()}
    assert "in sync" in lines["fine"]
    assert "drifted" in lines["drifted"]
    assert "table public.t" in lines["drifted"]
    assert "unreachable" in lines["dead"]
    assert "no PostgreSQL server answers at 127.0.0.1:1" in lines["dead"]
    assert "UNSET_URL is not set" in lines["unset"]
    assert "secret" not in ran.out
    nothing_left(server18.admin)


def test_drift_alone_is_3_and_sync_alone_is_0(fleet: dict[str, str], difftool: Run, tmp_path: Path) -> None:
    settings = (tmp_path / "difftool.toml").read_text().split("[targets.dead]")[0]
    (tmp_path / "difftool.toml").write_text(settings)
    assert difftool("check", "--all", **fleet).code == 3
    (tmp_path / "difftool.toml").write_text(settings.split("[targets.drifted]")[0])
    assert difftool("check", "--all", **fleet).code == 0


def test_formats(fleet: dict[str, str], difftool: Run) -> None:
    ran = difftool("check", "--all", "--format", "json", **fleet)
    assert ran.code == 1
    assert [(t["name"], t["state"]) for t in json.loads(ran.out)["targets"]] == [
        ("fine", "in sync"),
        ("drifted", "drifted"),
        ("dead", "unreachable"),
        ("unset", "error"),
    ]
    ran = difftool("check", "--all", "--format", "github", **fleet)
    assert ran.code == 1
    assert [line.split("::")[1].split(" ")[0] for line in ran.out.splitlines()] == ["error", "error", "error", "notice"]


def test_a_target_that_is_slow_to_answer_holds_up_none(fleet: dict[str, str], difftool: Run, server18: Server) -> None:
    """Each has its own thread: three whose first table is locked for a second take not much longer than one."""
    import threading
    import time

    from difftool.pg.conninfo import Conninfo

    target = Conninfo.parse(fleet["DRIFTED_URL"])
    with session(target) as other:
        run(other, "BEGIN")
        run(other, "LOCK TABLE t")
        threading.Timer(3, lambda: run(other, "COMMIT")).start()
        started = time.monotonic()
        same = {"DRIFTED_URL": fleet["DRIFTED_URL"], "FINE_URL": fleet["DRIFTED_URL"], "DEAD_URL": fleet["DRIFTED_URL"]}
        ran = difftool("check", "--all", **same)
        assert time.monotonic() - started < 8
    assert ran.out.count("drifted ") >= 2, ran.out
