"""A new NOT NULL column without a default makes every INSERT fail that does not know it yet.

https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.columns import new_column
from difftool.rules.context import Context
from difftool.rules.registry import rule


@rule("add-required-column", "AT_AddColumn")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column that old INSERT statements leave out and that nothing fills."""
    table, column = context.relation_of_table(), new_column(node.def_, context)
    if table.kind == "c" and not table.new:
        yield Hazard(
            "breaks-clients",
            f"queries that write a value of type {table.name.shown} as ROW(…) or as text fail once this commits, for "
            f'attribute "{column.name}" is missing there; make a new type beside it and move the code over',
        )
    if table.new or table.kind not in "rpf" or not column.not_null or column.fills_itself:
        return
    stored = [member for member in context.family(table, only=context.only) if member.kind != "p"]
    empty = all(member.rows == 0 for member in stored)
    fails = (
        "" if empty or table.kind == "f" else f", and this statement fails if there are rows ({context.size(stored)})"
    )
    yield Hazard(
        "breaks-clients",
        f'inserts into {table.name.shown} that do not name column "{column.name}" fail once this commits{fails}; '
        "give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL",
    )
