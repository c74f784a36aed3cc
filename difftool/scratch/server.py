"""Scratch databases on a server that is not difftool's: one given by URL, or the target's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from difftool.errors import ConnectionFailed, DatabaseMissing, ScratchError
from difftool.pg.connection import session
from difftool.pg.conninfo import Conninfo
from difftool.pg.server import Server, read_server
from difftool.scratch.provider import Need, Scratch, check_extensions, release

CLOSED = ("CONNECT privilege", "permission denied for database", "does not let us in")
"""How a server says that this user has no business in this database."""


@contextmanager
def given(need: Need, target_server: Server | None) -> Iterator[Scratch]:
    """The server of the configured URL; raises ScratchError when its major is another or we may not create there."""
    info = Conninfo.parse(need.settings.choice)
    admin, server = _reach(info)
    label = f"PostgreSQL {release(server.version)} at {info.host}"
    if server.major != need.major:
        raise ScratchError(
            f"the scratch server is PostgreSQL {server.major} and the target {need.major}: their view texts differ",
            hint=f"give the URL of a PostgreSQL {need.major} server, or --scratch auto",
        )
    if not _may_create(server):
        raise ScratchError(
            f'user "{server.role}" may not create databases on the scratch server',
            hint=f'ALTER ROLE "{server.role}" CREATEDB on {info.host}, or another user in the URL',
        )
    same = target_server is not None and server.system_identifier == target_server.system_identifier
    check_extensions(admin, need.extensions, label)
    yield Scratch("server", label, admin, server.version, own=False, same_server=same)


@contextmanager
def of_target(need: Need, target: Conninfo, target_server: Server) -> Iterator[Scratch]:
    """The target's own server; raises ScratchError when its user may not create databases there."""
    if not _may_create(target_server):
        raise ScratchError(
            f'user "{target_server.role}" has no CREATEDB on the target\'s own server',
            hint=f'ALTER ROLE "{target_server.role}" CREATEDB there, or --scratch URL',
        )
    admin, server = _reach(target)
    label = f"the target's own server, PostgreSQL {release(server.version)}"
    check_extensions(admin, need.extensions, label)
    yield Scratch("server", label, admin, server.version, own=False, same_server=True)


def _reach(info: Conninfo) -> tuple[Conninfo, Server]:
    """The server, and how to reach it: in the database ``postgres``, or where that is closed to us in the one named.

    All runs should meet in one database: what they lock for each other is locked in a database.
    """
    common = info.but(dbname="postgres")
    try:
        with session(common) as connection:
            return common, read_server(connection)
    except ConnectionFailed as error:
        closed = isinstance(error, DatabaseMissing) or any(words in error.message for words in CLOSED)
        if not closed or info.database == "postgres":
            raise
    with session(info) as connection:
        return info, read_server(connection)


def _may_create(server: Server) -> bool:
    return server.superuser or server.createdb
