"""The door to psycopg2: connections with a name, in autocommit, and libpq's errors put into words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from difftool.errors import ConnectionFailed, DatabaseMissing, DifftoolError
from difftool.pg import interrupt
from difftool.pg.conninfo import Conninfo

if TYPE_CHECKING:
    from difftool.pg.types import Connection

APPLICATION = "difftool"
CONNECT_TIMEOUT = "10"
KEEPALIVE = {"keepalives_idle": "60", "keepalives_interval": "10", "keepalives_count": "6"}
"""A statement may be silent for hours: what stands between us and the server must not take the connection for dead."""


def connect(info: Conninfo, *, read_only: bool = False) -> Connection:
    """An open connection in autocommit, ``application_name=difftool``; raises ConnectionFailed or DatabaseMissing."""
    import psycopg2

    interrupt.install()
    defaults = {"connect_timeout": CONNECT_TIMEOUT, "application_name": APPLICATION, **KEEPALIVE}
    with interrupt.statement():
        try:
            connection = psycopg2.connect(Conninfo.of({**defaults, **dict(info.params)}).dsn())
        except psycopg2.OperationalError as error:
            if str(error) == interrupt.TIMEOUT and "," in info.get("host"):  # libpq would have gone on to the next
                return connect(info.but_first_host(), read_only=read_only)
            raise explain(info, str(error).strip()) from None
        connection.autocommit = True
        if read_only:
            connection.set_session(readonly=True)
        return connection


@contextmanager
def session(info: Conninfo, *, read_only: bool = False) -> Iterator[Connection]:
    """``connect`` for the length of a ``with``; the connection is closed on every way out."""
    with closing(connect(info, read_only=read_only)) as connection:
        yield connection


def rows(
    connection: Connection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """All rows of a query, or none for a statement that returns nothing."""
    with interrupt.statement(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def ask(connection: Connection, sql: str) -> Callable[[], list[tuple[Any, ...]]]:
    """Run a query; what comes back makes Python's rows of the answer, while the connection can do the next."""
    with interrupt.statement():
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchall


def run(connection: Connection, sql: str) -> None:
    """Run one statement whose text is final: a ``%`` in it is a percent sign."""
    with interrupt.statement(), connection.cursor() as cursor:
        cursor.execute(sql)


def affected(connection: Connection, sql: str) -> int:
    """Run one statement whose text is final, and say how many rows it changed."""
    with interrupt.statement(), connection.cursor() as cursor:
        cursor.execute(sql)
        return max(cursor.rowcount, 0)


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` as an SQL string literal, for statements that take no parameters; NUL is refused by the server."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def explain(info: Conninfo, message: str) -> DifftoolError:
    """libpq's reason for not connecting, as one error with what to type next."""
    where = info.place
    reason = re.sub(r"\s+", " ", message.splitlines()[-1] if message else "no reason given")
    if re.search(r'database "[^"]*" does not exist', message):
        return DatabaseMissing(
            f'database "{info.database}" does not exist on {where}',
            hint="difftool apply --create-database makes it, after asking",
        )
    if "authentication failed" in message or "no password supplied" in message:
        return ConnectionFailed(
            f'{where} refused user "{info.user}": {reason}',
            hint="check the user and the password: DATABASE_USER and DATABASE_PASSWORD, the URL, or ~/.pgpass",
        )
    if re.search(r'role "[^"]*" does not exist', message):
        return ConnectionFailed(
            f'{where} has no user "{info.user}"',
            hint="check DATABASE_USER or the user in the URL; difftool config shows both",
        )
    if "pg_hba.conf" in message:
        return ConnectionFailed(f"{where} does not let us in: {reason}", hint="add a line for this host to pg_hba.conf")
    if "Connection refused" in message or "No such file or directory" in message:
        return ConnectionFailed(
            f"no PostgreSQL server answers at {where}",
            hint="is it running, and is the port right? difftool doctor tries every step",
        )
    if "timeout expired" in message or "timed out" in message:
        return ConnectionFailed(
            f"{where} did not answer within {info.get('connect_timeout', CONNECT_TIMEOUT)} s",
            hint="check the host, the network and the firewall",
        )
    if "could not translate host name" in message:
        return ConnectionFailed(f'unknown host "{info.host}"', hint="check DATABASE_HOST or the host in the URL")
    return ConnectionFailed(f"cannot connect to {where}: {reason}", hint="difftool doctor tries every step")
