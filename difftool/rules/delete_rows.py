"""TRUNCATE, DELETE, UPDATE and MERGE take rows or values away; a schema's plan has no business with them.

https://www.postgresql.org/docs/current/sql-truncate.html
https://www.postgresql.org/docs/current/sql-delete.html
https://www.postgresql.org/docs/current/sql-update.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, nodes
from difftool.rules.columns import fills
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import cascade

NODES = ("TruncateStmt", "DeleteStmt", "UpdateStmt", "MergeStmt", "SelectStmt", "InsertStmt", "ExplainStmt")
SAVE = "for good; save them first (CREATE TABLE … AS SELECT)"


@rule("delete-rows", *NODES)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """The statement itself, or one inside its WITH; INSERT … ON CONFLICT DO UPDATE overwrites too."""
    if is_a(node, "TruncateStmt"):
        for relation in node.relations:
            table = context.relation(relation)
            if context.in_use(table):
                yield Hazard("data-loss", f"deletes every row of {context.shown(table)}{cascade(node)}, {SAVE}")
        return
    for inner in nodes(node):
        yield from changed(inner, context)


def changed(node: Node, context: Context) -> Iterator[Hazard]:
    """What one data-modifying statement does to rows that were there before."""
    if not is_a(node, "DeleteStmt", "UpdateStmt", "MergeStmt", "InsertStmt"):
        return
    table = context.relation(node.relation)
    if table.new or fills(node):
        return
    which = (
        "the rows that it finds in" if getattr(node, "whereClause", None) or is_a(node, "MergeStmt") else "every row of"
    )
    if is_a(node, "DeleteStmt"):
        yield Hazard("data-loss", f"deletes {which} {context.shown(table)}, {SAVE}")
    elif is_a(node, "UpdateStmt", "MergeStmt"):
        verb = "overwrites values in" if is_a(node, "UpdateStmt") else "overwrites or deletes"
        yield Hazard("data-loss", f"{verb} {which} {context.shown(table)}, {SAVE}")
    elif node.onConflictClause and node.onConflictClause.action.name == "ONCONFLICT_UPDATE":
        yield Hazard("data-loss", f"overwrites values in the rows that it finds in {context.shown(table)}, {SAVE}")
