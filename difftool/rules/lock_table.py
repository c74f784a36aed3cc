"""LOCK TABLE holds what it takes until the transaction ends.

https://www.postgresql.org/docs/current/sql-lock.html
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule

SHARE, ACCESS_EXCLUSIVE = 5, 8
"""The lock modes by their numbers in PostgreSQL's ``lockdefs.h``: SHARE is the weakest that blocks writes."""


@rule("lock-table", "LockStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A lock that blocks writes, or reads too, on a table in use."""
    for relation in node.relations if node.mode >= SHARE else ():
        table = context.relation(relation)
        if context.in_use(table):
            strong = node.mode == ACCESS_EXCLUSIVE
            yield Hazard(
                "blocks-reads" if strong else "blocks-writes",
                f"blocks {'reads and writes' if strong else 'writes'} on {context.shown(table)} until this transaction "
                "ends; leave it out unless the statements after it need it",
            )
