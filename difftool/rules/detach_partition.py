"""DETACH PARTITION and NO INHERIT keep the rows, but queries of the parent no longer find them.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DETACH-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule


@rule("detach-partition", "AT_DetachPartition", "AT_DropInherit")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A child table in use."""
    parent = context.relation_of_table() if node.subtype.name == "AT_DetachPartition" else context.relation(node.def_)
    child = (
        context.relation(node.def_.name) if node.subtype.name == "AT_DetachPartition" else context.relation_of_table()
    )
    if not child.new:
        yield Hazard(
            "breaks-clients",
            f"queries of {parent.name.shown} no longer find the rows of {context.shown(child)} once this commits; "
            "the rows "
            "stay, so let the code that needs them read that table first",
        )
