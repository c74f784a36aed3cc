"""DROP SEQUENCE and DROP IDENTITY lose the number that the sequence had come to, unless another takes it over.

https://www.postgresql.org/docs/current/sql-dropsequence.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.evolve_rows import sequence_behind
from difftool.rules.facts import Relation
from difftool.rules.later import missing
from difftool.rules.numbering import stood_in
from difftool.rules.registry import rule
from difftool.rules.words import lasting


@rule("drop-sequence", "DropStmt", "AT_DropIdentity")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A sequence by name, or the one behind an identity column."""
    if is_a(node, "AlterTableCmd"):
        yield from identity(node, context)
        return
    for sequence in context.dropped(node, "OBJECT_SEQUENCE"):
        if sequence.name not in context.carried:
            known_as = context.known_as("relation", sequence.name)
            yield Hazard("data-loss", position(f"sequence {known_as.shown}"))
        if not stood_in(sequence, context):
            yield from unnamed(sequence, context)


def unnamed(sequence: Relation, context: Context) -> Iterator[Hazard]:
    """Who calls nextval by the name that the sequence had before the plan."""
    if not context.renamed_before("relation", sequence.name):
        known_as = context.known_as("relation", sequence.name)
        again = context.again("relation", known_as, earlier=known_as != sequence.name)
        yield from missing(f"sequence {known_as.shown}", again)


def identity(node: Node, context: Context) -> Iterator[Hazard]:
    """DROP IDENTITY: the column stays, its numbers stop, unless the same transaction gives them another source."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if table.new or column.new or (node.missing_ok and context.facts.complete and not column.identity):
        return
    place, sequence = f'column "{node.name}" of {table.name.shown}', sequence_behind(table, node.name, context)
    if sequence is None or sequence.name not in context.carried:
        yield Hazard("data-loss", position(f"the sequence behind {place}"))
    again = numbered_again(node.name, table, context)
    if not again:
        yield Hazard(
            "breaks-clients",
            f"inserts that leave the numbering of {place} to the database fail {lasting(again, 'numbers it again')}; "
            "give the column a default in the same transaction",
        )
    if sequence:
        yield from unnamed(sequence, context)


def numbered_again(column: str, table: Relation, context: Context) -> bool | None:
    """True when the same transaction gives it a default, or makes it an identity again; False for a later one."""
    later = context.commands_later(table, "AT_ColumnDefault", "AT_AddIdentity")
    found = [together for command, together in later if command.name == column and command.def_]
    return any(found) if found else None


def position(what: str) -> str:
    """What is lost with a sequence, in words."""
    return (
        f"loses the position of {what}: made again, it starts over and gives out numbers twice; "
        "write down its last_value first"
    )
