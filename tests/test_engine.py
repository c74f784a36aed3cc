"""migra behind its door: the traps that it sets are stepped around."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import Server

from difftool.engine import Side, migra, propose
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.scratch.workspace import Database

BARE = """
import sys

class Blocked:  # what setuptools 82 took away, and what a bare Python 3.12 never had
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pkg_resources", "setuptools", "_distutils_hack"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
from difftool.engine import migra
with migra._pkg_resources():
    from migra import Migration
assert "pkg_resources" not in sys.modules, "the stand-in must not stay behind for others to find"
print(Migration.__name__)
"""


def test_migra_is_imported_without_pkg_resources() -> None:
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("Migration\n", "")


def test_a_deep_lattice_of_views_is_compared_in_linear_time(server18: Server) -> None:
    """Each level reads the one below twice: 2^24 paths, of which migra's own closure would count every one."""
    levels = ["CREATE VIEW v0 AS SELECT 1 AS a", "CREATE VIEW w0 AS SELECT 1 AS a"]
    for n in range(1, 24):
        source = f"SELECT v{n - 1}.a FROM v{n - 1} CROSS JOIN w{n - 1}"
        levels += [f"CREATE VIEW v{n} AS {source}", f"CREATE VIEW w{n} AS {source}"]
    full, empty = server18.database(*levels), server18.database()
    assert len(migra.statements(empty, full)) == 48


def test_inspecting_leaves_no_lock_behind(server18: Server) -> None:
    target = server18.database("CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t")
    migra.statements(target, target)
    with session(target) as connection:
        run(connection, "SET lock_timeout = '1s'")
        run(connection, "ALTER TABLE t ADD COLUMN b int")
        assert rows(connection, "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass") == [(0,)]


def test_names_are_printed_with_their_schema(server18: Server) -> None:
    full, empty = server18.database("CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t"), server18.database()
    assert any("FROM public.t" in sql for sql in migra.statements(empty, full))


def test_function_bodies_are_not_switched_off_behind_the_plans_back(server18: Server) -> None:
    full = server18.database("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    assert not any("check_function_bodies" in sql for sql in migra.statements(server18.database(), full))


def test_an_engine_that_breaks_down_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: Conninfo, want: Conninfo) -> tuple[str, ...]:
        raise migra.EngineError("KeyError: 'x'")

    monkeypatch.setattr(migra, "statements", broken)
    side = Side(Database("d", Conninfo(), Conninfo()))
    found = propose("migra", side, side, "nobody", lambda schema, table: True)
    assert (found.statements, found.broken) == ((), "the engine migra broke down (KeyError: 'x')")
