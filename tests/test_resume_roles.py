"""Going on with an apply that changes roles and the database, too: what of them is committed is seen on the target."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import Ran
from shell import COMMAND, columns, indexes, until
from test_cluster_scope import Desk, apart, desk  # noqa: F401 (fixtures)
from test_resume import ONLINE, WAITS, _held

from difftool import api, journal
from difftool.errors import Refused
from difftool.model import Applied
from difftool.pg.connection import rows, session
from difftool.settings import load

ENVIRON = {**ONLINE, "DIFFTOOL_SCOPE": "roles,database", "DIFFTOOL_ALLOW": "all"}
BEFORE = (
    "CREATE TABLE t (a int)",
    "CREATE TABLE u ()",
    "CREATE ROLE $boss CREATEDB",
    "CREATE ROLE $other",
    "GRANT $other TO $boss",
    "ALTER DATABASE @db SET work_mem = '5MB'",
)
WANTED = """
CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE u (b int);
CREATE ROLE $app LOGIN CONNECTION LIMIT 3; GRANT SELECT ON t TO $app; GRANT $other TO $app;
CREATE ROLE $boss LOGIN; CREATE ROLE $other;
COMMENT ON DATABASE current_database IS 'ours'; ALTER DATABASE current_database RESET work_mem;
"""
"""Its plan creates a role and lets another log in, builds an index, adds a column, and takes from that role at last."""
BUILDS, ADDS = ("t", "ROW EXCLUSIVE"), ("u", "EXCLUSIVE")


@pytest.fixture
def begun(desk: Desk) -> Desk:  # noqa: F811
    desk.run(*BEFORE)
    desk.settings(WANTED)
    return desk


def killed(desk: Desk, table: str, lock: str, *options: str, **environ: str) -> None:  # noqa: F811
    """An apply that is killed while a statement of it waits for a lock."""
    other = _held(desk.info, table, lock)
    variables = {"DATABASE_URL": desk.info.url(secrets=True), **ENVIRON, **environ}
    process = subprocess.Popen(
        [str(COMMAND), "apply", "--schema", "schema.sql", "--yes", *options],
        cwd=desk.folder, env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with session(desk.server.admin) as admin:
        until(lambda: bool(rows(admin, WAITS, (desk.info.database,))), lambda: str(process.poll()))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        other.close()
        until(lambda: not rows(admin, WAITS, (desk.info.database,)), lambda: "the end of its session")


def resume(desk: Desk, told: list[str] | None = None) -> Applied:  # noqa: F811
    settings = load(start=desk.folder, flags={"target": desk.info.url(secrets=True)}, environ=ENVIRON)
    return api.resume("", settings, talk=[].append if told is None else told.append)


def is_done(desk: Desk) -> None:  # noqa: F811
    assert indexes(desk.info) == [("i", True)]
    assert columns(desk.info, "u") == ["b"]
    assert desk.settled(WANTED)
    assert desk.ask("SELECT rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = '$boss'") == [(False, True)]


@pytest.mark.parametrize("place", [BUILDS, ADDS], ids=["a build, after roles", "a transaction that ends with roles"])
def test_killed_and_gone_on_with(begun: Desk, place: tuple[str, str], difftool: Callable[..., Ran]) -> None:
    killed(begun, *place)
    assert begun.ask("SELECT rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = '$boss'") == [(True, True)]
    variables = {"DATABASE_URL": begun.info.url(secrets=True), **ENVIRON}
    ran = difftool("apply", "--resume", "--yes", **variables)
    assert ran.code == 0, ran.err
    is_done(begun)
    assert difftool("apply", "--resume", "--yes", **variables).code == 4, "nothing is left of it"


@pytest.mark.parametrize("place", [BUILDS, ADDS], ids=["a build, after roles", "a transaction that ends with roles"])
def test_an_ordinary_plan_finishes_as_well(begun: Desk, place: tuple[str, str]) -> None:
    killed(begun, *place)
    settings = begun.settings(WANTED)
    plan = api.plan(settings)
    assert any(n.startswith("an apply stopped part-way, snapshot ") for n in plan.notes)
    assert not any(s.action == "create" and s.kind == "role" for s in plan.statements)
    api.apply(plan, settings, allow=["all"])
    is_done(begun)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER ROLE $app CONNECTION LIMIT 9", "since the apply stopped: role $app is different$"),
        ("ALTER ROLE $boss CONNECTION LIMIT 9", "since the apply stopped: role $boss is different$"),
        ("ALTER ROLE $other LOGIN", "since the apply stopped: role $other is different$"),
        ("COMMENT ON DATABASE @db IS 'theirs'", "since the apply stopped: comment of database @db is different$"),
        ("REVOKE $other FROM $app", "since the apply stopped: membership $other to $app is gone$"),
    ],
    ids=["what is done", "what is half done", "what never changes", "what is to be done", "a membership"],
)
def test_what_somebody_else_changed_is_named(begun: Desk, change: str, named: str) -> None:
    killed(begun, *ADDS)
    begun.run(change)
    with pytest.raises(Refused, match=begun.sql(named)):
        resume(begun)
    assert columns(begun.info, "u") == []


def test_what_the_server_does_not_know_any_more_the_roles_tell(begun: Desk) -> None:
    """Of a transaction whose end nobody knows: its roles are as before it, so it runs again; then as after it."""
    killed(begun, *ADDS)
    settings = begun.settings(WANTED)
    store, told = api.open_store(settings), list[str]()
    found = journal.newest(store, api.read_target(settings, settings.target).identity)
    assert found is not None
    of_the_future = replace(found[1], transaction=str(10**9), run=found[1].run + 1)
    journal.Keeper(store, found[0], of_the_future).start()
    assert {o.state for o in resume(begun, told).outcomes} == {"done"}
    assert any(
        "what became of the transaction of statements " in t and t.endswith("the schema must tell") for t in told
    )
    is_done(begun)
    journal.Keeper(store, found[0], replace(of_the_future, run=of_the_future.run + 2)).start()
    told.clear()
    assert resume(begun, told).left == ()
    is_done(begun)


def test_a_password_that_no_snapshot_keeps(desk: Desk) -> None:  # noqa: F811
    """The role is not made with another one; once it is there, the rest can be gone on with."""
    desk.run("CREATE TABLE t (a int)", "CREATE TABLE u ()")
    wanted = "CREATE TABLE t (a int); CREATE TABLE u (b int); CREATE INDEX i ON t (a); CREATE ROLE $app PASSWORD 'x';"
    desk.settings(wanted)
    killed(desk, *ADDS, DIFFTOOL_ONLINE="off")
    with pytest.raises(
        Refused, match=r"^statement 1 \(create role cs_\w+_app\) gives a password, and the plan that is"
    ):
        resume(desk)
    assert desk.ask("SELECT FROM pg_roles WHERE rolname = '$app'") == []
    killed(desk, *BUILDS)
    assert {o.state for o in resume(desk).outcomes} == {"done"}
    assert desk.check(wanted) == []


def test_as_a_role_that_is_not_the_owner(desk: Desk) -> None:  # noqa: F811
    """It makes roles as itself, with what PostgreSQL gives it of them, and the schema as the owner."""
    desk.run(
        "CREATE ROLE $person",
        "CREATE ROLE $helper LOGIN CREATEROLE PASSWORD 'h'",
        "GRANT $person TO $helper",
        "ALTER DATABASE @db OWNER TO $person",
        "CREATE TABLE t (a int)",
        "CREATE TABLE u ()",
        "ALTER TABLE t OWNER TO $person",
        "ALTER TABLE u OWNER TO $person",
    )
    desk.info = desk.info.but(user=desk.name("helper"), password="h")
    wanted = """
    CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE u (b int); CREATE ROLE $app LOGIN;
    CREATE ROLE $reader; GRANT $reader TO $app; GRANT SELECT ON t TO $app;
    """
    environ = {"DIFFTOOL_OWNER": desk.name("person")}
    desk.settings(wanted)
    killed(desk, *ADDS, **environ)
    settings = load(start=desk.folder, flags={"target": desk.info.url(secrets=True)}, environ={**ENVIRON, **environ})
    applied = api.resume("", settings)
    assert {o.state for o in applied.outcomes} == {"done"}
    assert applied.left == ()
    assert desk.ask("SELECT tableowner FROM pg_tables WHERE tablename IN ('t', 'u')") == [(desk.name("person"),)] * 2
    assert columns(desk.info, "u") == ["b"]


def test_with_what_is_put_off(begun: Desk) -> None:
    killed(begun, *ADDS, "--defer", "breaks-clients")
    assert resume(begun).left == ()
    checked = api.check(begun.settings(WANTED))
    assert checked.only_deferred, checked.unhandled
    assert {d.statement.kind for d in checked.deferred} == {"role", "membership"}
    assert begun.ask("SELECT rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = '$boss'") == [(True, True)]
