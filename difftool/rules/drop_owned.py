"""DROP OWNED and DROP DATABASE delete everything in one go.

https://www.postgresql.org/docs/current/sql-drop-owned.html
https://www.postgresql.org/docs/current/sql-dropdatabase.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import listed


@rule("drop-owned", "DropOwnedStmt", "DropdbStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """All objects of some roles, or a whole database."""
    if is_a(node, "DropdbStmt"):
        what = f'database "{node.dbname}"'
    else:
        roles = listed(f'"{role.rolename or "the current role"}"' for role in node.roles)
        what = f"all that {roles} own{'s' if len(node.roles) == 1 else ''} in this database"
    yield Hazard("data-loss", f"deletes {what}, for good; save it first with pg_dump, and drop its tables by name")
    yield Hazard(
        "breaks-clients", f"queries that use {what} fail once this commits; drop it after the code that uses it is gone"
    )
