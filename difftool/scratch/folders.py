"""Where difftool keeps servers, and which user of the operating system runs them: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from difftool.errors import ScratchError

SYSTEM_CACHE = Path("/var/cache/difftool")
SYSTEM_STATE = Path("/var/lib/difftool")
SERVER_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that runs servers: ourselves, or another one when we are root."""

    uid: int
    gid: int
    name: str

    def switch(self) -> dict[str, Any]:
        """What makes ``subprocess`` run a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() != self.uid else {}


def server_account() -> Account:
    """Who runs servers here: ourselves, or as root ``postgres`` or else ``nobody``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), user_name(os.geteuid()))
    for name in SERVER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise ScratchError(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody",
        hint="useradd --system postgres, or run difftool as an ordinary user",
    )


def user_name(uid: int) -> str:
    """A user's name, or its number where the system knows no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def cache_folder() -> Path:
    """Where scratch servers live: DIFFTOOL_CACHE_DIR, else the user's cache folder, never root's own."""
    if chosen := os.environ.get("DIFFTOOL_CACHE_DIR"):
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_CACHE
    from platformdirs import user_cache_path

    return user_cache_path("difftool")


def state_folder() -> Path:
    """Where difftool remembers which default targets it made: the user's state folder."""
    if os.geteuid() == 0:
        return SYSTEM_STATE
    from platformdirs import user_state_path

    return user_state_path("difftool")


def own_folder(path: Path) -> Path:
    """``path``, made if need be with its parents, ours alone to write; somebody else's is never used or changed.

    As root others may enter it, since another user runs the server inside.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in reversed([p for p in (path, *path.parents) if not p.exists()]):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)  # whatever the umask
    check_owner(path, os.geteuid(), forbidden=0o022)
    return path


def account_folder(path: Path, account: Account) -> Path:
    """``path``, made if need be, readable by the server's user alone; raises ScratchError when somebody else has it."""
    try:
        path.mkdir(mode=0o700)
        if os.geteuid() != account.uid:
            os.chown(path, account.uid, account.gid)
    except FileExistsError:
        check_owner(path, account.uid, forbidden=0o077)
    return path


def check_owner(path: Path, uid: int, *, forbidden: int) -> None:
    """Raise ScratchError unless ``path`` is a folder, not a link, of this user, without the forbidden permissions."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ScratchError(f"{path} is in the way: it is not a folder", hint=f"rm {path}")
    if found.st_uid != uid:
        raise ScratchError(
            f"{path} belongs to user {user_name(found.st_uid)}, not to {user_name(uid)}",
            hint=f"run difftool as {user_name(found.st_uid)}, or remove that folder",
        )
    if found.st_mode & forbidden:
        mode = stat.filemode(found.st_mode)
        raise ScratchError(
            f"{path} is open to other users ({mode})", hint=f"chmod go-rwx {path}, or remove that folder"
        )


def barrier(path: Path, account: Account) -> Path | None:
    """What keeps this user from entering the folder ``path``, or from reading and running the file, or None.

    It goes by permission bits alone: access lists are not looked at. Nothing is said about ourselves, who can just try.
    """
    if account.uid == os.geteuid():
        return None
    real = path.resolve()
    for folder in reversed([real, *real.parents] if real.is_dir() else real.parents):
        if not _may(folder, account, stat.S_IXOTH):
            return folder
    needed = 0 if real.is_dir() else real.stat().st_mode >> 6 & (stat.S_IROTH | stat.S_IXOTH)
    return None if _may(real, account, needed) else real


def _may(path: Path, account: Account, wish: int) -> bool:
    """Whether this user has these permissions, given as the bits of others."""
    found = path.stat()
    shift = 6 if found.st_uid == account.uid else 3 if found.st_gid == account.gid else 0
    return (found.st_mode >> shift) & wish == wish
