"""A column that moves to an enum with fewer labels fails on the rows that hold the others, or loses them to USING.

PostgreSQL cannot take a label away from an enum, so plans replace the type:
https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import listed


@rule("remove-enum-value", "AT_AlterColumnType")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column that goes from one enum to another which lacks some of its labels."""
    table = context.relation_of_table()
    old, new = context.column(table, node.name).type, context.type(node.def_.typeName)
    before, after = context.known_type(old), context.known_type(new)
    if table.new or not before or not after or (before.kind, after.kind) != ("e", "e"):
        return
    lost = [f"'{label}'" for label in before.labels if label not in after.labels]
    if lost:
        known_as = context.former.get(before.name, before.name)
        yield Hazard(
            "data-loss",
            f"takes {listed(lost)} away from type {known_as.shown}: rows of "
            f"{context.shown(table, only=context.only)} that "
            f'hold {"it" if len(lost) == 1 else "them"} in column "{node.name}" make it fail, or lose it to USING; '
            "give those rows another value first",
        )
        yield Hazard(
            "breaks-clients",
            f'queries that write or compare {listed(lost)} in column "{node.name}" of {table.name.shown} fail once '
            "this "
            "commits; let the code forget it first",
        )
