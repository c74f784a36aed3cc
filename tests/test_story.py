"""The story of a new user, typed as in the README: nothing is configured, and the target is difftool's own server."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran
from shell import at_terminal

SHIPPED = Path(__file__).parents[1] / "schema"
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    """A fresh folder with a copy of the shipped schema, where other users of this machine may enter."""
    folder = Path(os.environ["DIFFTOOL_CACHE_DIR"]).parent / "story"
    folder.mkdir(mode=0o755)
    shutil.copytree(SHIPPED, folder / "schema")
    yield folder
    from difftool.scratch.home import clusters, stop

    for state in clusters(folder):
        if state.pid and state.what == "default target":
            stop(state)


@pytest.fixture
def run(project: Path, difftool: Run) -> Run:
    """Runs the command in the project's folder."""

    def call(*arguments: str, **environ: str) -> Ran:
        return difftool(*arguments, cwd=project, **environ)

    return call


def edit(project: Path) -> None:
    """Add a column, an index, and drop a column."""
    file = project / "schema" / "20_tables" / "50_operations.sql"
    text = file.read_text()
    assert "    user_agent      text,\n" in text
    text = text.replace("    user_agent      text,\n", "    session_id      uuid,\n")
    file.write_text(text + "CREATE INDEX idx_audit_session ON audit_logs (session_id);\n")


def test_story(project: Path, run: Run) -> None:
    first = run("plan")
    assert (first.code, first.err) == (3, "")
    assert re.search(r" 9 +table +public\.anomalies, public\.api_keys, public\.audit_logs", first.out)
    assert "the result equals the desired schema" in first.out

    screen = at_terminal(["apply"], project, ("? [y/N] ", "y\n"))
    assert screen.code == 0, screen.text
    assert re.search(
        r"apply \d+ statements to local \(difftool @ .*story/\.difftool/server/run\)\? \[y/N\] y\n", screen.text
    )
    assert "taking a snapshot into " in screen.text
    assert re.search(r"(\d+) of \1 statements done, in ", screen.text)

    again = run("plan")
    assert (again.code, again.err) == (0, "")
    assert "no changes" in again.out

    edit(project)
    changed = run("plan")
    assert changed.code == 3
    assert "data-loss" in changed.out
    assert "to allow: --allow data-loss\n" in changed.out

    refused = run("apply", "--yes")
    assert refused.code == 4
    assert re.match(
        r"error: the plan carries data-loss: statement \d, drop column public\.audit_logs\.user_agent: ", refused.err
    )
    assert refused.err.endswith("hint: to go ahead: --allow data-loss\n")
    assert run("apply", "--yes", "--allow", "data-loss").code == 0
    assert run("check").code == 0

    assert run("psql", "--", "-c", "ALTER TABLE users ADD COLUMN nick text").code == 0
    drift = run("check")
    assert drift.code == 3
    assert "~ table public.users: has nick text, which is not wanted" in drift.out

    listed = run("snapshots")
    assert (listed.code, len(re.findall(r"^ +\d{8}-\d{6}-[0-9a-f]{4} ", listed.out, re.MULTILINE))) == (0, 2)
    assert run("snapshots", "list").out == listed.out

    back = run("rollback", "--yes", "--allow", "data-loss")
    assert back.code == 0, back.err
    assert re.match(r"rolling back to snapshot \S+, taken before the apply of ", back.err)
    after = run("check", "--format", "json")
    assert sorted(f"{u['kind']} {u['name']}: {u['detail']}" for u in json.loads(after.out)["unhandled"]) == [
        "index public.idx_audit_session: missing in the target",
        "table public.audit_logs: has user_agent text, wanted session_id uuid",
    ]
