"""A scratch server, and what is asked of one. Databases, roles and the sandbox inside it are workspace.py's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from difftool.errors import ScratchError
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo

if TYPE_CHECKING:
    from difftool.settings import ScratchSettings

SUPERUSER = "difftool_super"
"""The superuser of every cluster of difftool's own, so that ``postgres`` can be an ordinary role there."""

KNOWN = "SELECT name FROM pg_available_extensions"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A running server where scratch databases can be made.

    ``label`` is shown to users; ``admin`` connects to a database that always exists, as a role that may create others;
    ``own`` is True where only difftool works; ``skipped`` says why the ways tried before it were not taken.
    """

    kind: Literal["embedded", "local", "docker", "server"]
    label: str
    admin: Conninfo
    version: int
    own: bool
    same_server: bool = False
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What a run needs of its scratch server: a major version, extensions, for trusted code a place apart."""

    settings: ScratchSettings
    major: int
    extensions: frozenset[str] = frozenset()
    trusted: bool = False


def release(version: int) -> str:
    """``server_version_num`` as people say it: 160004 is 16.4."""
    return f"{version // 10000}.{version % 10000}"


def check_extensions(admin: Conninfo, wanted: Iterable[str], label: str) -> None:
    """Raise ScratchError naming the extensions that a running server does not have."""
    if not (names := set(wanted)):
        return
    with session(admin) as connection:
        names -= {name for (name,) in rows(connection, KNOWN)}
    if names:
        raise ScratchError(
            f"{label} has no extension {', '.join(sorted(names))}",
            hint="install it there, or use a server that has it: --scratch URL",
        )
