"""DROP INDEX waits for every query of its table, and everybody who comes after it waits too, unless it is CONCURRENTLY.

https://www.postgresql.org/docs/current/sql-dropindex.html
"""

from __future__ import annotations

from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import Online, online


@online("DropStmt")
def concurrently(node: Node, context: Context) -> Online | None:
    """An index of a table that is not partitioned, and that the plan does not build anew."""
    if node.removeType.name != "OBJECT_INDEX" or node.concurrent or node.missing_ok or len(node.objects) != 1:
        return None
    name = context.dotted(node.objects[0], context.indexes)
    table = context.table_of_index(node.objects[0])
    known = name in context.indexes and name not in context.unseen
    rebuilt = ("index", name.name) in context.later.made
    if not known or rebuilt or table.kind not in "rm" or not context.busy(table):
        return None
    return Online(after=(f"DROP INDEX CONCURRENTLY {name.sql}",))
