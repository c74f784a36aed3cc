"""The story of a new user, typed as in the README: nothing is configured, and the target is difftool's own server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import COLOUR, at_terminal

from difftool.pg.programs import programs

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
    narrow = "--allow data-loss:public.audit_logs.user_agent"
    assert f"to allow: {narrow}, or all of a kind: --allow data-loss\n" in changed.out

    refused = run("apply", "--yes")
    assert refused.code == 4
    assert re.match(
        r"error: the plan carries data-loss: statement \d, drop column public\.audit_logs\.user_agent: ", refused.err
    )
    assert refused.err.endswith(f"hint: to go ahead: {narrow}, or all of a kind: --allow data-loss\n")
    assert run("apply", "--yes", *narrow.split()).code == 0
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


WANTED = """
CREATE TABLE kept (id int PRIMARY KEY, note text);
COMMENT ON TABLE kept IS 'it''s; kept -- "so"';
CREATE TABLE fresh (id int PRIMARY KEY, kept_id int REFERENCES kept (id), state text CHECK (state IN ('open', 'closed')));
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT i * 2; $$;
CREATE VIEW open_ones AS SELECT id, twice(id) AS double_id FROM fresh WHERE state = 'open';
"""


@pytest.fixture(scope="module")
def target(server18: Server) -> str:
    """A database with something to create, to alter and to drop; nobody changes it but the script in the end."""
    before = (
        "CREATE TABLE kept (id int PRIMARY KEY, old text)",
        "CREATE TABLE gone (a int)",
        "INSERT INTO gone VALUES (1)",
    )
    return server18.database(*before).url(secrets=True)


@pytest.fixture
def here(difftool: Run, tmp_path: Path, target: str) -> Run:
    """Runs the command with a small desired schema on that database."""
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "all.sql").write_text(WANTED)

    def call(*arguments: str, **environ: str) -> Ran:
        return difftool(*arguments, DATABASE_URL=target, **environ)

    return call


def test_json_is_pure_data(here: Run) -> None:
    ran = here("plan", "--format", "json")
    assert (ran.code, ran.err) == (3, "")
    plan = json.loads(ran.out)
    assert plan["format"] == 1
    assert plan["proven"] is True
    assert plan["unhandled"] == []
    assert {"target", "fingerprints", "statements", "hazards"} <= plan.keys()
    assert {"sql", "kind", "name", "action", "transaction", "hazards"} <= plan["statements"][0].keys()
    assert {h["kind"] for h in plan["hazards"]} >= {"data-loss"}
    assert "secret" not in plan["target"]["url"]

    ran = here("check", "--format", "json", "--verbose")
    assert ran.code == 3
    assert json.loads(ran.out)["proven"] is None


def test_markdown_and_github(here: Run) -> None:
    ran = here("plan", "--format", "markdown")
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.startswith("## difftool: default: ")
    ran = here("check", "--format", "markdown")
    assert (ran.code, ran.err) == (3, "")
    assert "- `table public.gone`: not in the desired schema\n" in ran.out
    ran = here("check", "--format", "github")
    assert (ran.code, ran.err) == (3, "")
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in ran.out.splitlines())
    assert (
        "::error file=schema,title=difftool%3A default::differs: table public.gone: not in the desired schema\n"
        in ran.out
    )


def test_narrow_and_without_colour(here: Run, target: str, tmp_path: Path) -> None:
    screen = at_terminal(["plan"], tmp_path, DATABASE_URL=target, COLUMNS="60", NO_COLOR="1")
    assert screen.code == 3
    assert not [line for line in screen.text.splitlines() if len(line) > 60]
    assert not COLOUR.search(screen.raw)
    assert "\x1b" not in here("check").out
    assert COLOUR.search(at_terminal(["check"], tmp_path, DATABASE_URL=target).raw)


def test_quiet_says_only_the_answer(here: Run) -> None:
    assert here("plan", "--quiet").err == ""
    assert here("plan", "--verbose").err.splitlines()[-1] == "measuring locks"


def test_sql_is_a_script_for_psql(here: Run, target: str) -> None:
    """Comes last: it changes the target to what was desired."""
    ran = here("plan", "--format", "sql")
    assert (ran.code, ran.err) == (3, "")
    psql = programs("psql")[0].path
    done = subprocess.run([psql, "-X", "-q", target], input=ran.out, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert here("check").code == 0
    again = here("plan", "--format", "sql")
    assert (again.code, again.out, again.err) == (0, "-- no changes\n", "")
