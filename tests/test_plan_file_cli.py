"""difftool plan -o and difftool apply FILE: exactly that plan, on the target it was made for, as it was then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import columns, nothing_left

from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo

Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def target(server18: Server) -> Conninfo:
    """Shared by all who are refused."""
    return server18.database("CREATE TABLE here (a int)")


@pytest.fixture(scope="module")
def saved(target: Conninfo, server18: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A saved plan for ``target``: one table to create."""
    import os
    import subprocess

    from shell import COMMAND

    folder = tmp_path_factory.mktemp("plan")
    (folder / "schema.sql").write_text("CREATE TABLE here (a int); CREATE TABLE t (a int);")
    ran = subprocess.run(
        [str(COMMAND), "plan", "--schema", "schema.sql", "-o", "plan.json"],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": target.url(secrets=True)},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (3, "saved to plan.json: difftool apply plan.json runs exactly that\n")
    return (folder / "plan.json").read_text()


@pytest.fixture
def apply(difftool: Run, saved: str, target: Conninfo, tmp_path: Path, server18: Server) -> Iterator[Run]:
    """Applies the saved plan, as it is or with another text."""

    def call(*arguments: str, text: str = saved, url: str = target.url(secrets=True)) -> Ran:
        (tmp_path / "plan.json").write_text(text)
        return difftool("apply", "plan.json", *(arguments or ("--yes",)), DATABASE_URL=url)

    yield call
    nothing_left(server18.admin)


def test_plan_is_run_as_it_was_saved(difftool: Run, server18: Server, tmp_path: Path) -> None:
    """Also when the schema's files say something else meanwhile, or are gone."""
    url = (target := server18.database()).url(secrets=True)
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int, b text);")
    assert difftool("plan", "--schema", "schema.sql", "-q", "-o", "plan.json", DATABASE_URL=url).err == ""
    (tmp_path / "schema.sql").unlink()
    ran = difftool("apply", "plan.json", "--yes", DATABASE_URL=url)
    assert ran.code == 0, ran.err
    assert columns(target) == ["a", "b"]
    again = difftool("apply", "plan.json", "--yes", DATABASE_URL=url)
    assert (again.code, again.out) == (4, "")
    assert again.err == (
        "error: the target has changed since the plan was made: table public.t is new\n"
        "hint: make a new plan: difftool plan\n"
    )


def test_empty_plan_is_stale_too_when_the_target_has_changed(difftool: Run, server18: Server, tmp_path: Path) -> None:
    url = (target := server18.database("CREATE TABLE t (a int)")).url(secrets=True)
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);")
    assert difftool("plan", "--schema", "schema.sql", "-o", "plan.json", DATABASE_URL=url).code == 0
    assert difftool("apply", "plan.json", DATABASE_URL=url).code == 0
    with session(target) as connection:
        run(connection, "ALTER TABLE t ADD COLUMN b int")
    ran = difftool("apply", "plan.json", DATABASE_URL=url)
    assert ran.code == 4
    assert "the target has changed since the plan was made: table public.t is different\n" in ran.err


def test_stale_before_anybody_is_asked(apply: Run, target: Conninfo) -> None:
    with session(target) as connection:
        run(connection, "CREATE TYPE mood AS ENUM ('fine')")
        run(connection, "ALTER TABLE here ADD COLUMN b int")
        ran = apply("--allow", "all")
        run(connection, "DROP TYPE mood")
        run(connection, "ALTER TABLE here DROP COLUMN b")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == (
        "error: the target has changed since the plan was made: "
        "table public.here is different, type public.mood is new\n"
        "hint: make a new plan: difftool plan\n"
    )
    assert columns(target) == []


def test_edited(apply: Run, saved: str, target: Conninfo) -> None:
    body = json.loads(saved)
    body["statements"][0]["sql"] = "DROP TABLE here"
    ran = apply(text=json.dumps(body))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("error: plan.json was edited after it was written")
    assert columns(target, "here") == ["a"]


def test_of_a_newer_format(apply: Run, saved: str) -> None:
    ran = apply(text=saved.replace('"format": 1,', '"format": 2,', 1))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == (
        "error: plan.json was written by difftool 0.1.0 in format 2, and this difftool reads format 1\n"
        "hint: pip install --upgrade difftool, or make a new plan with this one\n"
    )


def test_for_another_target(apply: Run, server18: Server, target: Conninfo) -> None:
    other = server18.database()
    ran = apply(url=other.url(secrets=True))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == (
        f"error: the plan was made for {target.database} @ {target.host}, not for {other.database} @ {target.host}\n"
        "hint: make a plan for this target: difftool plan -o plan.json\n"
    )
    assert columns(other) == []


def test_for_another_owner(apply: Run, server18: Server, target: Conninfo) -> None:
    with session(server18.admin) as connection:
        run(connection, "CREATE ROLE passer_by LOGIN")
    ran = apply(url=target.but(user="passer_by", password=None).url())
    with session(server18.admin) as connection:
        run(connection, "DROP ROLE passer_by")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith(f'error: the plan was made for the owner "{target.user}", not "passer_by"\n')


def test_no_plan_at_all(apply: Run, difftool: Run, target: Conninfo) -> None:
    assert apply(text="{}").err.startswith('error: plan.json is not a plan: it has no "format"\n')
    ran = difftool("apply", "nowhere.json", DATABASE_URL=target.url(secrets=True))
    assert ran.code == 2
    assert ran.err.startswith("error: cannot read the plan nowhere.json: there is no such file\n")


def test_what_makes_a_plan_does_not_go_with_a_finished_one(apply: Run) -> None:
    ran = apply("--schema", "elsewhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        "error: plan.json is a finished plan: --schema, --engine, --online, --atomic, --online-type-change, --rename, --column-order and --scope are for making one\n"
    )
