"""SET EXPRESSION computes a stored generated column anew for every row, under ACCESS EXCLUSIVE (PostgreSQL 17).

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-EXPRESSION
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import rewritten

SAFE = "add a new column beside it and move the code over"


@rule("set-expression", "AT_SetExpression")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A stored column; a virtual one is computed when it is read."""
    table = context.relation_of_table()
    if not context.busy(table) or context.column(table, node.name).generated == "v":
        return
    big = context.shown(table, only=context.only)
    yield Hazard("rewrites-table", f"{rewritten(big)}; {SAFE}")
    yield Hazard("blocks-reads", f"blocks reads and writes on {big} until it is rewritten; {SAFE}")
