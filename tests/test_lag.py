"""Replication: an apply waits for a real standby that replays nothing for a while, and gives up in time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Server
from shell import columns, until

from difftool import api, lag
from difftool.errors import Refused, StoppedPartWay, UsageError
from difftool.gates import Gate
from difftool.limits import limit
from difftool.model import Fingerprints, Plan, Statement, TargetIdentity
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import wheels
from difftool.runner import Runner
from difftool.scratch import binaries, postmaster
from difftool.scratch.cluster import SUPERUSER
from difftool.scratch.folders import account_folder, own_folder, server_account
from difftool.scratch.initdb import make_cluster
from difftool.settings import load

OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "wal_level=replica",
    "max_wal_senders=4",
    "wal_receiver_status_interval=1s",
)


@dataclass(frozen=True)
class Pair:
    """A primary and its standby, each as its superuser reaches it."""

    primary: Conninfo
    standby: Conninfo

    def replays(self, *, goes: bool) -> None:
        """Let the standby go on, or stand still."""
        with session(self.standby) as connection:
            rows(connection, f"SELECT pg_wal_replay_{'resume' if goes else 'pause'}()")

    def write(self, megabytes: int = 1) -> None:
        """Write that much that has to be replayed."""
        with session(self.primary) as connection:
            run(connection, "CREATE TABLE IF NOT EXISTS filler (a text)")
            run(connection, f"INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, {megabytes * 1000})")


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    found = [w for w in wheels() if w.major == 18 and w.has("pg_basebackup")]
    if not found:
        pytest.skip("no wheel with pg_basebackup is installed")
    account, folder = server_account(), Path(tempfile.mkdtemp(prefix="difftool-pair-"))
    installed = binaries.runnable(found[0], account)  # where its user cannot go, a copy
    own_folder(folder)
    folder.chmod(0o711)
    sockets, datas = account_folder(folder / "run", account), [folder / "one" / "data", folder / "two" / "data"]

    def info(port: int) -> Conninfo:
        return Conninfo.of({"host": str(sockets), "port": str(port), "user": SUPERUSER, "dbname": "postgres"})

    def start(data: Path, port: int) -> None:
        options = [*OPTIONS, f"port={port}", f"unix_socket_directories={sockets}"]
        command = [str(installed.bin / "postgres"), "-D", str(data.resolve()), *(p for o in options for p in ("-c", o))]
        assert postmaster.launch(command, data, data.parent / "log", account), (data.parent / "log").read_text()

    account_folder(datas[0].parent, account)
    account_folder(datas[1].parent, account)
    make_cluster(installed, datas[0], account, durable=False)
    try:
        start(datas[0], 5432)
        backup = [str(installed.bin / "pg_basebackup"), "-R", "-c", "fast", "-C", "-S", "two", "-D", str(datas[1])]
        address = info(5432).but(application_name="follower").dsn()
        subprocess.run([*backup, "-d", address], check=True, capture_output=True, cwd="/", **account.switch())
        start(datas[1], 5433)
        yield Pair(info(5432), info(5433))
    finally:
        for data in reversed(datas):
            postmaster.stop(data)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _goes_on(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "pair" in request.fixturenames:
        found: Pair = request.getfixturevalue("pair")
        found.replays(goes=True)
        with session(found.primary) as watcher:
            until(lambda: lag.within("64kB", watcher, str, patience=0.1)(0) is None, lambda: "caught up")


def asked(gate: Gate) -> str:
    stop = gate(0)
    return f"{stop.why} | {stop.hint}" if stop else ""


def test_by_size(pair: Pair) -> None:
    told: list[str] = []
    with session(pair.primary) as watcher:
        assert lag.within("", watcher, told.append)(0) is None
        assert asked(lag.within("100MB", watcher, told.append, patience=0.1)) == ""
        pair.replays(goes=False)
        pair.write(3)
        gate = lag.within("1MB", watcher, told.append, patience=0.1)
        until(lambda: bool(asked(gate)), lambda: "behind")
        said = asked(gate)
    assert said.startswith('replication was behind max_lag, 1MB, for 0 s: standby "follower" is behind by 3.')
    assert told[-1].startswith('waiting for replication, max_lag is 1MB: standby "follower" is behind by 3.')


def test_by_time(pair: Pair) -> None:
    pair.write()
    pair.replays(goes=False)
    pair.write()
    with session(pair.primary) as watcher:
        gate = lag.within("1s", watcher, str, patience=0.1)
        until(lambda: 'max_lag, 1s, for 0 s: standby "follower" is 2 s behind' in asked(gate), lambda: asked(gate))


def test_it_goes_on_once_the_standby_has_caught_up(pair: Pair) -> None:
    told: list[str] = []
    pair.replays(goes=False)
    pair.write(3)
    with session(pair.primary) as watcher:
        until(lambda: bool(asked(lag.within("1MB", watcher, str, patience=0.1))), lambda: "behind")
        later = threading.Timer(2, lambda: pair.replays(goes=True))
        later.start()
        started = time.monotonic()
        assert lag.within("1MB", watcher, told.append)(0) is None
        assert time.monotonic() - started > 1.5
        later.join()
    assert len(told) == 1


def test_a_slot_that_keeps_too_much(pair: Pair) -> None:
    """What the standby's receiver has not confirmed is kept for it."""
    with session(pair.standby) as connection:
        receiver = rows(connection, "SELECT pid FROM pg_stat_wal_receiver")[0][0]
    with session(pair.primary) as watcher:
        gate = lag.within("2MB", watcher, str, patience=0.1)
        assert asked(gate) == ""
        os.kill(receiver, signal.SIGSTOP)
        try:
            pair.write(3)
            until(lambda: 'slot "two" keeps 3.' in asked(gate), lambda: asked(gate))
            assert asked(lag.within("1h", watcher, str, patience=0.1)) == "", "a slot knows no time"
        finally:
            os.kill(receiver, signal.SIGCONT)


def test_who_may_not_see_it_is_told(pair: Pair) -> None:
    with session(pair.primary) as connection:
        run(connection, "CREATE ROLE nobody_much LOGIN")
    with session(pair.primary.but(user="nobody_much")) as watcher:
        said = asked(lag.within("1MB", watcher, str))
    assert said == (
        "max_lag is set, and this role may not see how far the standbys are"
        " | GRANT pg_read_all_stats to it, or leave max_lag out"
    )


def test_between_two_statements(pair: Pair) -> None:
    with session(pair.primary) as connection:
        run(connection, "DROP TABLE IF EXISTS t; CREATE TABLE t ()")
    fills = "INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 3000)"
    statements = (
        Statement("ALTER TABLE t ADD a int", "column", "public.t.a", "create", commit=True),
        Statement(f"DO $$ BEGIN {fills}; END $$", "table", "public.filler", "alter", commit=True),
        Statement("ALTER TABLE t ADD b int", "column", "public.t.b", "create"),
    )
    pair.write()
    user = pair.primary.user
    here = TargetIdentity("pair", "", "", "", "postgres", user, user, 180000, "1")
    plan = Plan(here, "schema", "native", Fingerprints("", "", ""), statements)

    def apply(plan: Plan) -> None:
        with session(pair.primary) as watcher:
            gate = lag.within("2MB", watcher, str, patience=3)
            Runner(plan, pair.primary, watcher, "1s", 0, api.silent, api.silent, gate=gate).run()

    with session(pair.primary) as watcher:
        until(lambda: lag.within("64kB", watcher, str, patience=0.1)(0) is None, lambda: "caught up")
    pair.replays(goes=False)
    with pytest.raises(
        StoppedPartWay, match=r"^replication was behind max_lag, 2MB, for 3 s: .*; left: 3 \(create col"
    ):
        apply(plan)
    assert columns(pair.primary) == ["a"]
    with pytest.raises(Refused, match=r"; nothing was changed$"):
        apply(replace(plan, statements=statements[2:]))
    pair.replays(goes=True)
    apply(replace(plan, statements=statements[2:]))
    assert columns(pair.primary) == ["a", "b"]


def test_without_standbys_nothing_waits(server18: Server) -> None:
    with session(server18.database()) as watcher:
        assert lag.within("1s", watcher, str)(0) is None


@pytest.mark.parametrize(
    ("text", "seconds", "size"),
    [("30s", 30.0, None), ("500ms", 0.5, None), ("2 min", 120.0, None), ("100MB", None, 10**8)],
)
def test_limits(text: str, seconds: float | None, size: int | None, tmp_path: Path) -> None:
    assert (limit(text).seconds, limit(text).size) == (seconds, size)
    assert load(start=tmp_path, environ={"DIFFTOOL_MAX_LAG": text}).max_lag == text


@pytest.mark.parametrize("text", ["30", "1.5s", "much", "-1s", "10 m"])
def test_what_is_no_limit(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a time in ms, s, min or h, or a size in kB, MB or GB"):
        load(start=tmp_path, environ={"DIFFTOOL_MAX_LAG": text})
