"""ALTER COLUMN TYPE to a type that holds less cuts, rounds or refuses values.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.typechange import loses, steps


@rule("narrow-type", "AT_AlterColumnType")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A change after which some value of the old type is not what it was."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if not context.in_use(table) or column.new or column.generated:
        return
    through, new = steps(node, context), context.type(node.def_.typeName)
    words = loses(column.type, through, context)
    if words:
        was = f"from {column.type.shown} " if column.type and column.type.shown != new.shown else ""
        yield Hazard(
            "data-loss",
            f'changes column "{node.name}" of {context.shown(table, only=context.only)} {was}to {new.shown}: {words}; '
            "add a new column, move the values and compare them before the old one is dropped",
        )
