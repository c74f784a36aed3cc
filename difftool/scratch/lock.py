"""A lock between processes, let go by the system when its holder ends, however that happens."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from difftool.errors import ScratchError

PATIENCE = 90.0
"""Seconds: longer than making and starting a server takes anywhere."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file alone for the length of a ``with``; raises ScratchError when somebody else holds on to it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _wait_for(handle, path)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ScratchError(
                    f"another difftool has held {path} for {PATIENCE:.0f} s", hint=f"find it: fuser {path}"
                ) from None
        time.sleep(0.01)
