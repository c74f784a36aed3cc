"""DROP COLUMN makes a column's values unreachable at once, and every query that names it fails from then on.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, ending, quoted
from difftool.rules.columns import FILLING, takes_its_place
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.later import Again, missing
from difftool.rules.registry import Probe, probe, rule
from difftool.rules.rows import filled, those
from difftool.rules.words import cascade, gone, listed


@rule("drop-column", "AT_DropColumn")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column of a table, or an attribute of a composite type; what is generated can be generated again, and an
    empty table has no values."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if table.new or column.new:
        return
    if takes_its_place(table, node.name, context):
        yield from moved(node.name, table)
        return
    if table.kind == "c":
        yield from attribute(node, context)
        return
    empty = context.found_empty(table, only=context.only) and not cascade(node)
    if context.in_use(table) and not column.generated and not empty:
        yield Hazard(
            "data-loss",
            f'deletes the values of column "{node.name}" of {context.shown(table, only=context.only)}{cascade(node)}, '
            "for good; save them first with the key (CREATE TABLE … AS SELECT), "
            "or let the code stop using the column and drop it a release later",
        )
    yield from missing(f'column "{node.name}" of {table.name.shown}', added_again(node.name, table, context))


def moved(column: str, table: Relation) -> Iterator[Hazard]:
    """A column whose second one takes its place, from which on it is the last: unless it was the last one before."""
    behind = list(table.columns)[list(table.columns).index(column) + 1 :]
    if any(name != ending(column, FILLING) for name in behind):
        yield Hazard(
            "breaks-clients",
            f'column "{column}" of {table.name.shown} becomes its last one: an INSERT without columns gives values to '
            "others than before, and SELECT * has another order; name the columns in the code first",
        )


def added_again(column: str, table: Relation, context: Context) -> Again | None:
    """The later ADD COLUMN of the same name."""
    added = context.commands_later(table, "AT_AddColumn")
    return next((Again(command, together) for command, together in added if command.def_.colname == column), None)


def attribute(node: Node, context: Context) -> Iterator[Hazard]:
    """An attribute: its values go from every row that stores the composite type."""
    users = context.users(context.table.name)
    if users:
        places = listed(f'"{column.name}" of {context.shown(table)}' for table, column in users)
        yield Hazard(
            "data-loss",
            f'deletes the values of attribute "{node.name}" from column {places}, for good; save them first',
        )
    yield Hazard("breaks-clients", gone(f'attribute "{node.name}" of type {context.table.name.shown}'))


@probe("AT_DropColumn")
def values(node: Node, context: Context) -> Iterator[Probe]:
    """The values that are lost."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    stays = takes_its_place(table, node.name, context)
    if filled(table, context) and not column.new and not column.generated and not stays:
        yield Probe(
            those(table, f"{quoted(node.name)} IS NOT NULL", context, only=context.only),
            table.name.shown,
            "have",
            f'a value in column "{node.name}" now',
            "data-loss",
        )
