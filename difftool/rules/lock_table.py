"""LOCK TABLE holds what it takes until the transaction ends.

https://www.postgresql.org/docs/current/sql-lock.html
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.emptiness import guarded
from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import rule

SHARE, ACCESS_EXCLUSIVE = 5, 8
"""The lock modes by their numbers in PostgreSQL's ``lockdefs.h``: SHARE is the weakest that blocks writes."""


@rule("lock-table", "LockStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A lock that blocks writes, or reads too, on a table in use."""
    for relation in node.relations if node.mode >= SHARE else ():
        table = context.relation(relation)
        if not context.in_use(table):
            continue
        if node.mode == ACCESS_EXCLUSIVE and looked_at_next(table, context):
            yield from before_a_look(table, context)
            continue
        strong = node.mode == ACCESS_EXCLUSIVE
        yield Hazard(
            "blocks-reads" if strong else "blocks-writes",
            f"blocks {'reads and writes' if strong else 'writes'} on {context.shown(table)} until this transaction "
            "ends; leave it out unless the statements after it need it",
        )


def looked_at_next(table: Relation, context: Context) -> bool:
    """True when the next statement of the transaction makes sure that the table is empty, before it goes."""
    place = context.position + 1
    there = place < len(context.statements) and context.later.together(context.position, place)
    return there and guarded(context.statements[place].sql) == table.name.sql


def before_a_look(table: Relation, context: Context) -> Iterator[Hazard]:
    """The drop after it takes the same lock; but the look reads the whole file, be there rows in it or not."""
    if context.busy(table):
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table)} until this transaction ends, and it takes a while, "
            "for the table is read to see that it is empty; VACUUM it first",
        )
