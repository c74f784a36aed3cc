"""A server's process: is it alive, start it, stop it. What pg_ctl does, without its slow polling.

The postmaster writes DATA/postmaster.pid and works in DATA: a process with that number which works elsewhere is another
one, that got the number after a crash. https://www.postgresql.org/docs/current/storage-file-layout.html
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from difftool.errors import ScratchError
from difftool.scratch.folders import Account

START_SECONDS = 60.0
STOP_SECONDS = 20.0
STATUS_LINE = 8
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that a server gets of our environment: there are secrets in it."""


def environment() -> dict[str, str]:
    """The environment of initdb and of a server: messages in English, times in UTC, nothing of ours."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def pid_file(data: Path) -> Path:
    """Where a postmaster leaves its number; after a clean stop it is gone."""
    return data / "postmaster.pid"


def noted_pid(data: Path) -> int | None:
    """The number in postmaster.pid, whether or not such a process lives."""
    try:
        first = pid_file(data).read_text().split("\n", 1)[0]
    except (FileNotFoundError, NotADirectoryError):
        return None
    return abs(int(first)) if first.strip().lstrip("-").isdigit() else None


def living_pid(data: Path) -> int | None:
    """The number of the postmaster that works in this data folder right now, or None."""
    pid = noted_pid(data)
    return pid if pid and _works_in(pid, data) else None


def _works_in(pid: int, data: Path) -> bool:
    """Whether this process lives and, by its working folder (Linux) or command line, is this data folder's."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
        except OSError:
            return False
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return f"-D {data.resolve()} " in subprocess.run(command, check=False, capture_output=True, text=True).stdout + " "


def launch(command: Sequence[str | Path], data: Path, log: Path, account: Account) -> bool:
    """Start a server apart from this process and its terminal; True when it is ready, False when it ended instead.

    The server holds the other end of a pipe, as long as it lives: that tells its end even where nobody reaps orphans.
    """
    over, held = os.pipe()
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            subprocess.run(
                ["/bin/sh", "-c", 'exec "$@" &', "sh", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(held,),
                start_new_session=True,
                cwd="/",
                env=environment(),
                umask=0o077,
                check=True,
                **account.switch(),
            )
        finally:
            os.close(output)
            os.close(held)
        return _ready(data, over)
    finally:
        os.close(over)


def _ready(data: Path, over: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _status(data) == "ready" and living_pid(data):  # after a crash the old file says ready too
            return True
        if select.select([over], [], [], 0.003)[0]:
            return False
    raise ScratchError(f"the server in {data} was not ready after {START_SECONDS:.0f} s")


def _status(data: Path) -> str:
    """What the last line of a living postmaster's file says: starting, ready, stopping; "" without one."""
    try:
        lines = pid_file(data).read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[STATUS_LINE - 1].strip() if len(lines) >= STATUS_LINE else ""


def stop(data: Path) -> None:
    """Stop the server of this data folder, if one runs: clients are sent away, then it is told more firmly."""
    for wish, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS / 4), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + seconds
        if (pid := living_pid(data)) is None:
            return
        os.kill(pid, wish)
        while living_pid(data) is not None and time.monotonic() < deadline:
            time.sleep(0.005)
    if pid := living_pid(data):
        raise ScratchError(f"the server in {data} (process {pid}) does not stop", hint=f"kill -9 {pid}")


def forget(data: Path, run: Path) -> None:
    """Remove what a postmaster that ended without a word left: once its number is another process's, PostgreSQL
    would take that one for its postmaster, and refuse to start.
    """
    if living_pid(data) is None:
        for path in (pid_file(data), *run.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)
