"""What became of a statement whose end nobody saw, and what is left of it to do: found by looking at the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool.batches import as_backfill
from difftool.errors import ConnectionFailed, DifftoolError
from difftool.parse import Name, dotted, is_a, parse
from difftool.pg.connection import connect, rows, session
from difftool.pg.interrupt import undisturbed
from difftool.pg.types import Connection, Error

if TYPE_CHECKING:
    from difftool.model import Statement
    from difftool.pg.conninfo import Conninfo

FATE_SECONDS = 5.0
"""How long a lost session may take to end once it was told to, and a server to let us in again."""

INDEX = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
PARTITION = """
SELECT inhdetachpending FROM pg_inherits WHERE inhparent = to_regclass(%s) AND inhrelid = to_regclass(%s)
"""
END_SESSION = """
SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
WHERE pid = %s AND usename = current_user
    AND (application_name = current_setting('application_name') OR application_name LIKE 'difftool: %%')
"""


def end_session(info: Conninfo, pid: int) -> None:
    """End a session whose connection is lost: the server may not know that yet, and it would keep its locks."""
    with undisturbed(), suppress(Error, DifftoolError), session(info) as connection:
        rows(connection, END_SESSION, (int(FATE_SECONDS * 1000), pid))


@contextmanager
def session_again(info: Conninfo) -> Iterator[Connection]:
    """A session with a server that may be coming back; raises ConnectionFailed where it does not in a few seconds."""
    until = time.monotonic() + FATE_SECONDS
    while True:
        try:
            connection = connect(info)
            break
        except ConnectionFailed:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    with closing(connection):
        yield connection


def fate(info: Conninfo, pid: int, transaction: str) -> str:
    """What became of a transaction whose COMMIT nobody answered: "committed", "aborted", "" where nobody can tell."""
    end_session(info, pid)
    until = time.monotonic() + FATE_SECONDS
    while time.monotonic() < until:
        with undisturbed(), suppress(Error, DifftoolError), session(info) as connection:
            found = status(connection, transaction)
            if found != "in progress":
                return found
        time.sleep(0.1)
    return ""


def status(connection: Connection, transaction: str) -> str:
    """ "committed", "aborted", "in progress"; "" of a transaction that the server knows no longer, or not yet."""
    try:
        return str(rows(connection, "SELECT pg_xact_status(%s::xid8)", (transaction,))[0][0] or "")
    except Error as error:
        if getattr(error, "pgcode", None) != "22023":  # in the future: a copy of the server from before it
            raise
        return ""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to do of a statement, as SQL: nothing when it was done.

    ``half``: it has done something that there is no way back from, and that no dump shows.
    """

    sql: tuple[str, ...] = ()
    half: bool = False


def remainder(connection: Connection, statement: Statement) -> Rest | None:
    """What is left of a statement that stands outside of transactions, as the catalog tells it; None where it does not.

    An INVALID index is dropped and built anew, or dropped at last; a partition that is half detached is FINALIZEd; what
    is filled in batches goes on.
    """
    if as_backfill(statement.sql):
        return Rest((statement.sql,), half=True)
    nodes = parse(statement.sql) or ()
    if len(nodes) != 1:
        return None
    node = nodes[0]
    if is_a(node, "IndexStmt") and node.idxname:
        return _of_build(connection, Name(node.relation.schemaname or "", node.idxname), statement.sql)
    if is_a(node, "DropStmt") and node.removeType.name == "OBJECT_INDEX":
        found = [valid for o in node.objects for _, valid in rows(connection, INDEX, (dotted(o).sql,))]
        return Rest((statement.sql,), half=not all(found)) if found else Rest()
    if is_a(node, "AlterTableStmt") and node.cmds[0].subtype.name == "AT_DetachPartition":
        return _of_detach(connection, dotted(node.relation), dotted(node.cmds[0].def_.name), statement.sql)
    return None


def _of_build(connection: Connection, index: Name, sql: str) -> Rest:
    for written, valid in rows(connection, INDEX, (index.sql,)):
        return Rest() if valid else Rest((f"DROP INDEX CONCURRENTLY {written}", sql))
    return Rest((sql,))


def _of_detach(connection: Connection, parent: Name, partition: Name, sql: str) -> Rest:
    for (pending,) in rows(connection, PARTITION, (parent.sql, partition.sql)):
        finish = f"ALTER TABLE {parent.sql} DETACH PARTITION {partition.sql} FINALIZE"
        return Rest((finish,), half=True) if pending else Rest((sql,))
    return Rest()
