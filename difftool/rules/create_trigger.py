"""CREATE TRIGGER takes SHARE ROW EXCLUSIVE: it waits for every running write and lets none start until it commits.

https://www.postgresql.org/docs/current/sql-createtrigger.html
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.columns import FILLING, LAST
from difftool.rules.context import Context
from difftool.rules.registry import rule


@rule("create-trigger", "CreateTrigStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A trigger on a table in use; nothing is read, so the lock is short in a short transaction."""
    table = context.relation(node.relation)
    if context.busy(table) and not (node.trigname.startswith(LAST) and node.trigname.endswith(FILLING)):
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table)} until this transaction commits; no row is read, so keep the "
            "transaction "
            "short and let nothing slow stand in it",
        )
