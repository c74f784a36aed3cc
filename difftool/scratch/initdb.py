"""Making a cluster: initdb into a folder of its own, moved into place when it is whole.

The locale is C, which every platform has and which sorts the same everywhere, with UTF-8's upper and lower case where
the server can do that without ICU: the wheels were built without. https://www.postgresql.org/docs/current/locale.html
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from difftool.errors import ScratchError
from difftool.pg.programs import Installation
from difftool.scratch.folders import Account, account_folder
from difftool.scratch.postmaster import environment
from difftool.scratch.provider import SUPERUSER

HALF_MADE = "new-"
LAST_WORDS = 3
PREFIX = re.compile(r"^\S+ \S+ UTC \[\d+\] ")
"""What a server writes before its words, unless told otherwise."""


def make_cluster(installation: Installation, data: Path, account: Account, *, durable: bool) -> None:
    """Make ``data``, a cluster with trust authentication: its one socket stands in a folder closed to other users.

    What an interrupted run left half-made beside it is removed. Raises ScratchError with what initdb said.
    """
    for left in data.parent.glob(f"{HALF_MADE}*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = data.parent / f"{HALF_MADE}{secrets.token_hex(4)}"
    try:
        said = ""
        for locale in locales(installation.major):
            account_folder(fresh, account)
            said = _initdb(installation, fresh, account, [*locale, *_wishes(installation.major, durable)])
            if not said:
                fresh.rename(data)
                return
            shutil.rmtree(fresh)
            if "locale" not in said:
                break
        hint = advice(said, f"try it by hand: {installation.bin / 'initdb'} -D /tmp/try")
        raise ScratchError(f"initdb of PostgreSQL {installation.major} failed: {said}", hint=hint)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def discard(data: Path) -> None:
    """Remove a cluster, even while processes that a crash left are still writing there."""
    shutil.rmtree(data.rename(data.parent / f"{HALF_MADE}{secrets.token_hex(4)}"), ignore_errors=True)


def locales(major: int) -> Iterator[list[str]]:
    """What to ask initdb for, the best first: a name that this platform does not know is refused at once."""
    if major >= 17:
        yield ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    for name in ("C.UTF-8", "UTF-8", "C"):
        yield ["--locale=C", f"--lc-ctype={name}"]


def _wishes(major: int, durable: bool) -> list[str]:
    if durable:
        return []
    return ["--no-sync", *(["--no-data-checksums"] if major >= 18 else [])]


def _initdb(installation: Installation, folder: Path, account: Account, wishes: list[str]) -> str:
    """Run initdb; "" when it worked, else its last words."""
    command = [str(installation.bin / "initdb"), "-D", str(folder), "-U", SUPERUSER, "-A", "trust", "--encoding=UTF8"]
    done = subprocess.run(
        [*command, "--no-instructions", *wishes],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=environment(),
        **account.switch(),
    )
    return last_words(done.stderr or f"exit status {done.returncode}") if done.returncode else ""


def last_words(log: str) -> str:
    """The lines of a log that tell what went wrong: the last errors, else the last lines."""
    lines = [PREFIX.sub("", line).strip() for line in log.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(w in line for w in ("FATAL", "PANIC", "error:", "HINT", "hint:", "DETAIL"))
    ]
    return "; ".join((telling or lines)[-LAST_WORDS:])


def advice(said: str, otherwise: str) -> str:
    """What to do about the commonest reasons for a server that cannot be made or started, or ``otherwise``."""
    known = {
        "No space left": "free some space, or set DIFFTOOL_CACHE_DIR to a folder elsewhere",
        "Permission denied": "set DIFFTOOL_CACHE_DIR to a folder that you may write to",
        "Read-only file system": "set DIFFTOOL_CACHE_DIR to a folder that can be written to",
        "could not look up effective user ID": "give this user an entry in /etc/passwd: PostgreSQL asks for its name",
        "shared libraries": "these programs do not fit this system; use others: DIFFTOOL_PG_BIN, or --scratch docker",
        "Library not loaded": "these programs do not fit this system; use others: DIFFTOOL_PG_BIN, or --scratch docker",
    }
    return next((hint for words, hint in known.items() if words in said), otherwise)
