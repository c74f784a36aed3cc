"""Every folder of tests/cases: plan, prove, apply, equal dumps, an empty second plan, and back again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from conftest import Server

from difftool import api
from difftool.catalog import compare
from difftool.model import Plan
from difftool.pg.connection import run, session
from difftool.settings import Settings, load

CASES = sorted(Path(__file__).parent.joinpath("cases").iterdir())


@pytest.fixture(params=CASES, ids=lambda p: p.name)
def case(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def settings_for(case: Path, server: Server, tmp_path: Path) -> Settings:
    info = server.database()
    with session(info) as connection:
        if before := (case / "before.sql").read_text().strip():
            run(connection, before)
    flags = {"target": info.url(secrets=True), "schema": str(case / "after.sql")}
    return load(start=tmp_path, flags=flags, environ={"DIFFTOOL_SNAPSHOT_STORE": str(tmp_path / "snapshots")})


def says(plan: Plan) -> list[str]:
    return [f"{s.action} {s.kind} {s.name}" for s in plan.statements if s.action != "set"]


def test_case(case: Path, server: Server, tmp_path: Path) -> None:
    settings = settings_for(case, server, tmp_path)
    expected = tomllib.loads((case / "expect.toml").read_text()) if (case / "expect.toml").exists() else {}
    before = api.read_target(settings, settings.target).catalog
    plan = api.plan(settings)
    assert plan.proven is expected.get("proven", True), plan.unhandled
    assert [f"{u.kind} {u.name}" for u in plan.unhandled] == expected.get("unhandled", [])
    if "says" in expected:
        assert sorted(says(plan)) == sorted(expected["says"])
    if "hazards" in expected:
        assert sorted({h.kind for _, _, h in plan.hazards()}) == expected["hazards"]
    if not plan.proven:
        return
    applied = api.apply(plan, settings, allow=["all"])
    assert applied.left == ()
    assert api.check(settings).differs is False
    again = api.plan(settings)
    assert (again.statements, again.unhandled, again.proven) == ((), (), True)
    if plan.statements:
        back, snapshot = api.rollback_plan("", settings)
        assert snapshot.id == applied.snapshot
        if back.proven:
            api.apply(back, settings, allow=["all"], reason="rollback")
            assert compare(api.read_target(settings, settings.target).catalog, before) == ()
        else:
            assert back.unhandled
