"""Poolers: one that gives each transaction another session is refused by an apply, one in session mode is not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Server
from shell import columns, until

from difftool import api
from difftool.doctor.target import Reached, takes_changes
from difftool.errors import DifftoolError, TargetUnfit
from difftool.pg.connection import session
from difftool.pg.conninfo import Conninfo
from difftool.pg.pooler import shares_sessions
from difftool.pg.server import read_server
from difftool.settings import load

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
Pooled = Callable[..., Conninfo]
INI = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
auth_type = plain
auth_file = {folder}/users
pool_mode = {mode}
server_round_robin = {circle}
unix_socket_dir =
ignore_startup_parameters = extra_float_digits,options
"""


@pytest.fixture
def pooled() -> Iterator[Pooled]:
    """Starts a PgBouncer before a database, and ends it."""
    if not PGBOUNCER:
        pytest.skip("no pgbouncer on this machine (Debian: pgbouncer)")
    begun: list[subprocess.Popen[bytes]] = []
    folder = Path(tempfile.mkdtemp(prefix="difftool-pooler-"))

    def start(target: Conninfo, mode: str, circle: int = 0) -> Conninfo:
        with socket.create_server(("127.0.0.1", 0)) as free:
            listen = free.getsockname()[1]
        place = {"host": target.host, "port": target.port or 5432, "listen": listen, "folder": folder}
        (folder / "ini").write_text(INI.format(**place, mode=mode, circle=circle))
        (folder / "users").write_text(f'"{target.user}" "{target.get("password")}"\n')
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        # it refuses to run as root, and has to reach the server's socket
        user = Path(target.host).stat().st_uid if os.getuid() == 0 else None
        assert PGBOUNCER
        begun.append(
            subprocess.Popen(
                [PGBOUNCER, str(folder / "ini")], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        info = target.but(host="127.0.0.1", port=str(listen))
        until(lambda: answers(info), lambda: "a pooler")
        return info

    yield start
    for process in begun:
        process.terminate()
        process.wait()
    shutil.rmtree(folder)


def answers(info: Conninfo) -> bool:
    try:
        with session(info):
            return True
    except DifftoolError:
        return False


def test_the_server_itself(server18: Server) -> None:
    assert not shares_sessions(server18.database())


@pytest.mark.parametrize("circle", [0, 1])
@pytest.mark.parametrize("mode", ["session", "transaction", "statement"])
def test_which_pooler_shares_sessions(mode: str, circle: int, server18: Server, pooled: Pooled) -> None:
    info = pooled(server18.database(), mode, circle)
    assert shares_sessions(info) is (mode != "session")


def test_an_apply_through_one_that_does_is_refused(server18: Server, pooled: Pooled, tmp_path: Path) -> None:
    target = server18.database()
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\n")
    for mode in ("transaction", "session"):
        info = pooled(target, mode)
        flags = {"target": info.url(secrets=True), "schema": str(tmp_path / "schema.sql")}
        settings = load(start=tmp_path, flags=flags, environ={})
        plan = api.plan(settings)
        with session(info) as connection:
            server = read_server(connection)
        if mode == "session":
            assert api.apply(plan, settings).left == ()
            assert columns(target) == ["a"]
            continue
        reached = Reached(info, server, encrypted=False, extensions=())
        with pytest.raises(TargetUnfit, match="the target is reached through a pooler"):
            takes_changes(reached)
        with pytest.raises(TargetUnfit, match="the target is reached through a pooler that gives each transaction"):
            api.apply(plan, settings)
        assert columns(target) == []
