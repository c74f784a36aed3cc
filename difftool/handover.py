"""ALTER … OWNER TO by an ordinary role, as a superuser runs it: a new owner need not be allowed to create anything.

PostgreSQL asks that of an ordinary role alone, and nobody but an owner has it in ``public`` since PostgreSQL 15.
https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from difftool.pg.connection import identifier, run
from difftool.pg.execute import execute
from difftool.pg.types import Error, InsufficientPrivilege

if TYPE_CHECKING:
    from difftool.pg.types import Connection

DENIED = re.compile(r"permission denied for (schema|database) (.+)")
"""Scratch servers of our own speak English."""
IDLE = 0
"""libpq's PQTRANS_IDLE: no transaction is open."""


def hand_over(connection: Connection, sql: str, node: Any) -> tuple[str, ...]:
    """Run one statement and return the server's notices; a new owner is lent the right that it lacks meanwhile."""
    role = new_owner(node)
    if role is None:
        return execute(connection, sql)
    together = connection.info.transaction_status != IDLE
    begin, back, end = (
        ("SAVEPOINT lent", "ROLLBACK TO SAVEPOINT lent", "RELEASE SAVEPOINT lent")
        if together
        else ("BEGIN", "ROLLBACK", "COMMIT")
    )
    run(connection, begin)
    try:
        notices = execute(connection, sql)
    except Error as error:
        run(connection, back)
        denied = DENIED.match(str(error)) if isinstance(error, InsufficientPrivilege) else None
        if not denied:
            raise
        right = f"CREATE ON {denied[1].upper()} {identifier(denied[2])}"
        run(connection, begin)
        try:
            run(connection, f"GRANT {right} TO {identifier(role)}")
            notices = execute(connection, sql)
            run(connection, f"REVOKE {right} FROM {identifier(role)}")
        except Error:
            run(connection, back)
            raise error from None
    run(connection, end)
    return notices


def new_owner(node: Any) -> str | None:
    """The role that a statement gives an object to, where that is all that it does."""
    match type(node).__name__:
        case "AlterOwnerStmt":
            role = node.newowner
        case "AlterTableStmt" if [c.subtype.name for c in node.cmds] == ["AT_ChangeOwner"]:
            role = node.cmds[0].newowner
        case _:
            return None
    return str(role.rolename) if role.rolename else None
