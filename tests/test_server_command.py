"""difftool server and difftool psql: what runs, what is stopped, and what is left alone."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.scratch import own, postmaster
from difftool.scratch.provider import Need
from difftool.settings import ScratchSettings

Run = Callable[..., Any]


@dataclass(frozen=True)
class Places:
    """Two projects and two cache folders; ``run`` works in the first of each."""

    root: Path
    run: Run

    @property
    def mine(self) -> Path:
        return self.root / "mine"

    def data(self) -> dict[str, Path]:
        """The data folder of every server, by the place that it belongs to."""
        found = sorted(f.parent for f in self.root.rglob("PG_VERSION") if f.parent.name == "data")
        return {str(d.relative_to(self.root)).split("/")[0]: d for d in found}

    def running(self) -> set[str]:
        return {name for name, data in self.data().items() if postmaster.living_pid(data)}


@pytest.fixture
def places(difftool: Run) -> Iterator[Places]:
    """Empty; whatever was started there is stopped at the end."""
    root = Path(tempfile.mkdtemp(prefix="difftool-t-"))
    root.chmod(0o755)
    for name in ("mine", "theirs"):
        (root / name / "schema").mkdir(parents=True)
        (root / name / "schema" / "a.sql").write_text("CREATE TABLE a (i int);\n")
    places = Places(root, partial(difftool, cwd=root / "mine", DIFFTOOL_CACHE_DIR=str(root / "cache")))
    yield places
    for data in places.data().values():
        postmaster.stop(data)
    shutil.rmtree(root, ignore_errors=True)


def start_scratch(cache: Path, major: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFTOOL_CACHE_DIR", str(cache))
    with own.embedded(Need(ScratchSettings(), major)):
        pass


def urls(shown: str) -> list[str]:
    return re.findall(r"postgresql://\S+", shown)


def test_where_nothing_was_started_nothing_is_shown_and_nothing_stopped(places: Places) -> None:
    shown = places.run("server", "status")
    assert (shown.code, shown.out, shown.err) == (0, "no servers\n", "")
    stopped = places.run("server", "stop")
    assert (stopped.code, stopped.out, stopped.err) == (0, "", "no server of difftool's own is running\n")
    assert not (places.mine / ".difftool").exists(), "asking makes nothing"
    assert not (places.root / "cache").exists()


def test_stop_stops_this_project_and_this_cache_and_only_those(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    assert places.run("check").code == 3, "the table is missing"
    made = places.run("psql", "--", "-c", "CREATE TABLE kept AS SELECT 7 AS i")
    assert (made.code, made.out) == (0, "SELECT 1\n")
    theirs = places.run("psql", "--", "-Atc", "SELECT 1", cwd=places.root / "theirs")
    assert theirs.out == "1\n", theirs.err
    start_scratch(places.root / "other-cache", 16, monkeypatch)
    assert places.running() == {"mine", "theirs", "cache", "other-cache"}

    shown = places.run("server", "status").out
    for name in ("mine", "cache"):
        data = places.data()[name]
        assert f"process {postmaster.living_pid(data)}" in shown
        assert str(data) in shown
    assert "theirs" not in shown and "other-cache" not in shown
    assert shown.count("PostgreSQL 18") == 2 and "stopped" not in shown
    reached = [ask(url, "SELECT current_user::text, current_database()::text") for url in urls(shown)]
    assert reached == [("difftool", "difftool"), ("difftool_super", "postgres")], "each URL leads there"

    with session(Conninfo.parse(urls(shown)[0])):  # a client does not keep it from stopping
        stopped = places.run("server", "stop")
    assert stopped.code == 0, stopped.err
    assert [line.partition(",")[0] for line in stopped.err.splitlines()] == [
        "stopped default target",
        "stopped scratch",
    ]
    assert places.running() == {"theirs", "other-cache"}
    assert places.run("server", "status").out.count("stopped") == 2
    assert places.run("server", "stop").err == "no server of difftool's own is running\n"
    kept = places.run("psql", "--", "-Atc", "SELECT i FROM kept")
    assert kept.out == "7\n", "the next command starts what it needs, with all that was in it"


def ask(url: str, sql: str) -> tuple[Any, ...]:
    with session(Conninfo.parse(url)) as connection:
        return rows(connection, sql)[0]


def test_psql_gets_the_target_its_arguments_and_its_exit_code(
    difftool: Run, database18: Callable[..., Conninfo]
) -> None:
    info = database18()
    target = info.url(secrets=True)
    asked = difftool(
        "psql", "--target", target, "--", "-At", "-c", "SELECT current_user", "-c", "SHOW application_name"
    )
    assert (asked.code, asked.out, asked.err) == (0, f"{info.user}\npsql\n", "")
    assert difftool("psql", "-t", target, "--", "-c", "SELECT nonsense").code == 1
    script = difftool("psql", "-t", target, "--", "-v", "ON_ERROR_STOP=1", stdin="SELECT 1/0;\n")
    assert script.code == 3 and "division by zero" in script.err


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
def test_psql_keeps_the_password_off_its_command_line(difftool: Run, database18: Callable[..., Conninfo]) -> None:
    info = database18().but(password="Hunter2-and-more")
    line = difftool(
        "psql", "-t", info.url(secrets=True), "--", "-c", r"\! tr '\0' ' ' < /proc/$PPID/cmdline; echo $PGPASSWORD"
    )
    assert f"user='{info.user}'" in line.out, "it is psql's own command line"
    assert line.out.count("Hunter2") == 1, "only in its environment, which other users cannot see"
    assert os.environ.get("PGPASSWORD") is None
