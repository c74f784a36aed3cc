"""A server of difftool's own, from whatever binaries: made when missing, started when down, left running.

FOLDER/data is PostgreSQL's, FOLDER/run holds its socket; log, lock and server.json beside them are ours. When it
already runs, asking for it costs one connection to its socket.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from difftool.errors import ConnectionFailed, ScratchError
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import Installation
from difftool.scratch import postmaster
from difftool.scratch.binaries import runnable
from difftool.scratch.folders import Account, account_folder, barrier, check_owner, own_folder, server_account
from difftool.scratch.initdb import advice, discard, last_words, make_cluster
from difftool.scratch.lock import locked
from difftool.scratch.provider import SUPERUSER

PORT = "5432"
"""Names the socket's file; no port is opened."""
LONGEST_SOCKET = 103
"""Bytes in a socket's path: macOS takes 103, Linux 107."""

SCRATCH_OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
    "max_logical_replication_workers=0",  # a subscription in a schema must not reach for its publisher
    "max_connections=64",
    "max_locks_per_transaction=2048",  # a schema of thousands of tables is loaded in one transaction
    "shared_buffers=64MB",
    "dynamic_shared_memory_type=mmap",  # /dev/shm is small in containers, and emptied by logind when its user logs out
    "log_min_messages=log",  # failing schema files are no news, and their statements may hold passwords
    "log_min_error_statement=panic",
    "log_checkpoints=off",
)
DURABLE_OPTIONS = ("dynamic_shared_memory_type=mmap", "max_locks_per_transaction=256")

OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One server of difftool's own. A durable one keeps what it holds; any other is made anew after a crash."""

    folder: Path
    installation: Installation
    durable: bool = False

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def admin(self) -> Conninfo:
        """As the superuser to ``postgres``; raises ScratchError when the socket's folder is somebody else's."""
        return admin_of(self.folder)


def admin_of(folder: Path) -> Conninfo:
    """The superuser's connection to the server kept in ``folder``."""
    run = socket_folder(folder)
    if os.path.lexists(run):
        check_owner(run, server_account().uid, forbidden=0o077)
    return Conninfo.of({"host": run, "port": PORT, "user": SUPERUSER, "dbname": "postgres"})


def serve(cluster: Cluster) -> int:
    """Make sure that the cluster's server answers, and return its ``server_version_num``.

    However many ask at once, it is made and started once. Raises ScratchError with the end of the server's log.
    """
    with reported(cluster.folder):
        version = _answer(cluster) if (cluster.folder / "server.json").exists() else None
        if version and _current(cluster):
            return version
        own_folder(cluster.folder)
        with locked(cluster.folder / "lock"):
            return _settle(cluster)


@contextmanager
def reported(folder: Path) -> Iterator[None]:
    """The system's errors (no space, no permission) as a ScratchError about this folder."""
    try:
        yield
    except OSError as error:
        said = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        raise ScratchError(
            f"no server can be kept in {folder}: {said}", hint=advice(said, f"look at {folder}")
        ) from None


def socket_folder(folder: Path) -> Path:
    """Where the server's socket stands: in its folder, or for a long path in a short one of its own below /tmp."""
    run = folder / "run"
    if len(os.fsencode(run / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET:
        return run
    # always /tmp: TMPDIR differs between shells, and the next one must find the server
    return Path("/tmp") / f"difftool-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108 (made 0700, owner checked)


def _settle(cluster: Cluster) -> int:
    """``serve`` with the lock held: whatever state the cluster is in, leave it running."""
    version = _answer(cluster, patience=postmaster.START_SECONDS)
    if version and (_current(cluster) or _busy(cluster)):
        return version
    postmaster.stop(cluster.data)
    account = server_account()
    installation = runnable(cluster.installation, account)
    if obstacle := barrier(cluster.folder, account):
        raise ScratchError(
            f"user {account.name}, who runs servers for root, cannot enter {obstacle}",
            hint="set DIFFTOOL_CACHE_DIR to a folder that every user can reach, such as /var/cache/difftool",
        )
    run = account_folder(socket_folder(cluster.folder), account)
    _clear(cluster, run)
    if not cluster.data.exists():
        make_cluster(installation, cluster.data, account, durable=cluster.durable)
    if not _start(cluster, installation, account):
        _start_again(cluster, installation, account)
    return _answer(cluster, patience=postmaster.START_SECONDS) or _give_up(cluster)


def _answer(cluster: Cluster, patience: float = 0.0) -> int | None:
    """The version of the server that answers on the socket; None when nobody listens, or (without patience) not yet."""
    admin = cluster.admin
    deadline = time.monotonic() + patience
    while (Path(admin.host) / f".s.PGSQL.{PORT}").exists():
        try:
            with session(admin) as connection:
                return int(connection.server_version)
        except ConnectionFailed as error:
            if postmaster.living_pid(cluster.data) is None or time.monotonic() > deadline:
                if patience and postmaster.living_pid(cluster.data):
                    raise ScratchError(
                        f"the server in {cluster.folder} does not let difftool in: {error.message}"
                    ) from None
                return None
        time.sleep(0.02)
    return None


def _stamp(installation: Installation) -> dict[str, object]:
    """What tells that a server's programs are still those it was started from."""
    found = (installation.bin / "postgres").stat()
    return {"bin": str(installation.bin), "size": found.st_size, "changed": found.st_mtime_ns}


def _options(cluster: Cluster) -> list[str]:
    own = DURABLE_OPTIONS if cluster.durable else SCRATCH_OPTIONS
    newer = ["io_method=sync"] if cluster.installation.major >= 18 and not cluster.durable else []
    return ["listen_addresses=", "unix_socket_permissions=0700", *own, *newer]


def _current(cluster: Cluster) -> bool:
    """Whether the running server has our options, and the programs it was started from are still there, unchanged."""
    try:
        noted = json.loads((cluster.folder / "server.json").read_text())
        stamp = _stamp(Installation(Path(noted["bin"]), cluster.installation.major))
    except (OSError, ValueError, KeyError):
        return False
    return bool(noted == {**stamp, "options": _options(cluster)})


def _busy(cluster: Cluster) -> bool:
    """Whether others are connected: their server is not taken from them, the restart can wait."""
    with session(cluster.admin) as connection:
        return bool(rows(connection, OTHERS)[0][0])


def _clear(cluster: Cluster, run: Path) -> None:
    """After a crash a durable cluster recovers by itself; without fsync nothing vouches for a scratch one's files."""
    crashed = postmaster.pid_file(cluster.data).exists()
    postmaster.forget(cluster.data, run)
    if crashed and not cluster.durable:
        discard(cluster.data)


def _start(cluster: Cluster, installation: Installation, account: Account) -> bool:
    """Start the server and note what it was started from; False when it ended at once."""
    run = socket_folder(cluster.folder)
    directories = 'unix_socket_directories="{}"'.format(str(run).replace('"', '""'))
    options = [part for o in (*_options(cluster), f"port={PORT}", directories) for part in ("-c", o)]
    command = [str(installation.bin / "postgres"), "-D", str(cluster.data.resolve()), *options]
    if not postmaster.launch(command, cluster.data, cluster.folder / "log", account):
        return False
    _note(cluster.folder / "server.json", {**_stamp(installation), "options": _options(cluster)})
    return True


def _note(path: Path, value: dict[str, object]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(value))
    fresh.replace(path)


def _start_again(cluster: Cluster, installation: Installation, account: Account) -> None:
    """The second and last try: a scratch cluster is made anew; a durable one waits for what a crash left to end."""
    if cluster.durable:
        deadline = time.monotonic() + 5
        while "still in use" in _log(cluster) and time.monotonic() < deadline:
            time.sleep(0.1)
            if _start(cluster, installation, account):
                return
        _give_up(cluster)
    discard(cluster.data)
    make_cluster(installation, cluster.data, account, durable=False)
    if not _start(cluster, installation, account):
        _give_up(cluster)


def _log(cluster: Cluster) -> str:
    return (cluster.folder / "log").read_text(errors="replace")


def _give_up(cluster: Cluster) -> NoReturn:
    said = last_words(_log(cluster))
    raise ScratchError(
        f"PostgreSQL {cluster.installation.major} did not start in {cluster.folder}: {said}",
        hint=advice(said, f"the whole log is {cluster.folder / 'log'}"),
    )
