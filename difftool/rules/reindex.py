"""REINDEX blocks writes to the table, and nearly every read too: the planner wants to look at each index.

https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule

SAFE = "write REINDEX (CONCURRENTLY)"


@rule("reindex", "ReindexStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A table's indexes, one index, or those of a whole schema or database."""
    if any(option.defname == "concurrently" for option in node.params or ()):
        return
    if node.relation is None:
        what = f'schema "{node.name}"' if node.kind.name == "REINDEX_OBJECT_SCHEMA" else "this database"
        yield Hazard(
            "blocks-reads", f"blocks reads and writes on each table of {what} while its indexes are built; {SAFE}"
        )
        return
    table = (
        context.table_of_index(node.relation)
        if node.kind.name == "REINDEX_OBJECT_INDEX"
        else context.relation(node.relation)
    )
    if context.busy(table):
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table)} until its indexes are built again; {SAFE}",
        )
