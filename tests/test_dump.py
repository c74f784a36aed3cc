"""``difftool dump``: what it writes makes the same schema again, and no plan is needed between the two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_native import PAIRS, make_roles, said

from difftool.catalog import compare
from difftool.clone import read_catalog
from difftool.engine import native
from difftool.objects import differing
from difftool.pg.connection import run, session
from difftool.pg.dump import find_pg_dump

RICH = [
    p
    for p in PAIRS
    if p.name in ("tables", "code_f2", "code_part", "rare_opc1", "rare_ts1", "types_comp", "types_domain")
]


@pytest.mark.parametrize("pair", RICH, ids=lambda p: p.name)
def test_what_is_dumped_makes_the_same_schema(pair: Path, difftool: Callable[..., Ran], server: Server) -> None:
    text = (pair / "after.sql").read_text()
    make_roles(server, said((pair / "before.sql").read_text(), "roles"))
    full, empty = server.database(text, owner=False), server.database(owner=False)
    ran = difftool("dump", full.url(secrets=True), "--output", "-")
    assert (ran.code, ran.err.count("left out")) == (0, 0), ran.err
    with session(empty) as connection:
        run(connection, ran.out)
    program = find_pg_dump(server.major, full)
    assert compare(*(read_catalog(info, server.major, program) for info in (empty, full))) == ()
    assert list(differing(native.read(empty), native.read(full))) == []


def test_the_files_are_the_desired_schema(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    schema = (
        "CREATE SCHEMA app",
        'CREATE TABLE app."Order" (id serial PRIMARY KEY, "from" text NOT NULL DEFAULT \'x\')',
        'CREATE VIEW app.v AS SELECT * FROM app."Order"',
        "COMMENT ON VIEW app.v IS 'it''s'",
        "CREATE FUNCTION app.f() RETURNS SETOF app.v LANGUAGE sql AS 'SELECT * FROM app.v'",
    )
    target = server18.database(*schema).url(secrets=True)
    ran = difftool("dump", target, "-o", "schema")
    assert ran.code == 0, ran.err
    assert (tmp_path / "schema" / "app" / "tables").is_dir()
    plan = difftool("plan", "--target", target, "--schema", "schema")
    assert plan.code == 0, plan.out + plan.err
    assert "no changes" in plan.out


def test_a_folder_with_something_in_it_is_left_alone(
    difftool: Callable[..., Ran], server18: Server, tmp_path: Path
) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "mine.sql").write_text("-- mine\n")
    ran = difftool("dump", server18.database("CREATE TABLE t (a int)").url(secrets=True), "-o", "schema")
    assert ran.code == 4
    assert "schema" in ran.err
    assert "hint:" in ran.err
    assert [p.name for p in (tmp_path / "schema").iterdir()] == ["mine.sql"]
