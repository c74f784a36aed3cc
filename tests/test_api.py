"""The Python API as a service would use it: difftool.plan, apply and check with Settings, again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Server
from shell import columns, nothing_left

import difftool
from difftool import planfile
from difftool.errors import ConnectionFailed, Refused
from difftool.settings import Settings, load


def settings(folder: Path, url: str, wanted: str) -> Settings:
    (folder / "schema.sql").write_text(wanted)
    return load(start=folder, flags={"target": url, "schema": str(folder / "schema.sql")}, environ={})


def test_plan_apply_check(server18: Server, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)")
    here = settings(tmp_path, target.url(secrets=True), "CREATE TABLE t (b int);")
    assert [u.name for u in difftool.check(here).unhandled] == ["public.t"]
    told: list[str] = []
    plan = difftool.plan(here, talk=told.append)
    assert plan.proven is True
    assert {h.kind for _, _, h in plan.hazards()} == {"data-loss", "breaks-clients"}
    assert "proving the plan" in told
    with pytest.raises(Refused):
        difftool.apply(plan, here)
    applied = difftool.apply(plan, here, allow=["data-loss"])
    assert ([o.state for o in applied.outcomes], applied.left) == (["done", "done"], ())
    assert applied.snapshot
    assert columns(target) == ["b"]
    assert difftool.check(here).differs is False
    assert difftool.plan(here).differs is False

    back, snapshot = difftool.rollback_plan("", here)
    assert snapshot.id == applied.snapshot
    assert difftool.apply(back, here, allow=["data-loss"], reason="rollback", snapshot=False).snapshot == ""
    assert columns(target) == ["a"]
    nothing_left(server18.admin)


def test_apply_takes_a_plan_a_file_or_nothing(server18: Server, tmp_path: Path) -> None:
    target = server18.database()
    here = settings(tmp_path, target.url(secrets=True), "CREATE TABLE t (a int);")
    planfile.write(difftool.plan(here), tmp_path / "plan.json")
    assert len(difftool.apply(tmp_path / "plan.json", here).outcomes) == 1
    here = settings(tmp_path, target.url(secrets=True), "CREATE TABLE t (a int, b int);")
    assert len(difftool.apply(settings=here).outcomes) == 1
    assert difftool.apply(settings=here).outcomes == ()


def test_unproven_plan_is_refused(server18: Server, tmp_path: Path) -> None:
    here = settings(tmp_path, server18.database().url(secrets=True), "CREATE TABLE t (a int);")
    plan = difftool.plan(here, prove=False)
    assert plan.proven is None
    with pytest.raises(Refused, match=r"the plan is not proven: it was not asked to be"):
        difftool.apply(plan, here)


def test_settings_come_from_the_environment_when_none_are_given(
    server18: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = server18.database("CREATE TABLE t (a int)")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (a int);")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", target.url(secrets=True))
    assert difftool.check().differs is False


def test_errors_know_their_hint(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailed) as failure:
        difftool.check(settings(tmp_path, "postgresql://127.0.0.1:1/app", "CREATE TABLE t (a int);"))
    assert (failure.value.exit_code, failure.value.message) == (1, "no PostgreSQL server answers at 127.0.0.1:1")
    assert failure.value.hint
