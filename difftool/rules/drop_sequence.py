"""DROP SEQUENCE and DROP IDENTITY lose the number that the sequence had come to.

https://www.postgresql.org/docs/current/sql-dropsequence.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import gone


@rule("drop-sequence", "DropStmt", "AT_DropIdentity")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A sequence by name, or the one behind an identity column."""
    if is_a(node, "AlterTableCmd"):
        yield from identity(node, context)
        return
    for sequence in context.dropped(node, "OBJECT_SEQUENCE"):
        yield Hazard(
            "data-loss",
            f"loses the position of sequence {sequence.name.shown}: made again, it starts over and gives out numbers "
            "twice; "
            "write down its last_value first",
        )
        yield Hazard("breaks-clients", gone(f"sequence {sequence.name.shown}"))


def identity(node: Node, context: Context) -> Iterator[Hazard]:
    """DROP IDENTITY: the column stays, its numbers stop."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if table.new or column.new or (node.missing_ok and context.facts.complete and not column.identity):
        return
    place = f'column "{node.name}" of {table.name.shown}'
    yield Hazard(
        "data-loss",
        f"loses the position of the sequence behind {place}: made again, it starts over and gives out numbers twice; "
        "write down its last_value first",
    )
    yield Hazard(
        "breaks-clients",
        f"inserts that leave the numbering of {place} to the database fail once this commits; "
        "give the column a default in the same transaction",
    )
