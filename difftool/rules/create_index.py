"""CREATE INDEX lets nobody write to the table until the index is built, unless it is built CONCURRENTLY.

https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node
from difftool.rules.context import Context
from difftool.rules.registry import rule

APART = "build it with CREATE INDEX CONCURRENTLY in quiet hours"
SWAP = "build it CONCURRENTLY under another name, then drop the old one and rename"


@rule("create-index", "IndexStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """An index on a table in use; ON ONLY a partitioned table builds nothing."""
    table, only = context.relation(node.relation), not node.relation.inh
    exists = bool(node.if_not_exists) and Name(table.name.schema, node.idxname or "") in context.indexes
    if node.concurrent or exists or not context.busy(table) or table.kind == "m":
        return
    if table.kind != "p":
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table, only=True)} until the index is built; "
            f"{SWAP if replaces(node, context) else APART}",
        )
    elif not only:
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table)} until the index is built on each; create it ON ONLY the parent, "
            "build one CONCURRENTLY on each partition, then ATTACH them",
        )


def replaces(node: Node, context: Context) -> bool:
    """True for an index that the plan has dropped before to build it anew."""
    dropped = context.later.dropped.get(("index", node.idxname or ""), ())
    return any(place < context.position for place, _ in dropped)
