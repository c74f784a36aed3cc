"""DROP VIEW makes every query of the view fail, unless the same transaction creates it again with all its columns.

https://www.postgresql.org/docs/current/sql-dropview.html
https://www.postgresql.org/docs/current/sql-dropmaterializedview.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.later import Again, missing
from difftool.rules.made_columns import missing_columns
from difftool.rules.refresh_view import empty
from difftool.rules.registry import rule


@rule("drop-view", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each view dropped. A materialized view's rows are derived, so dropping it loses nothing."""
    for view in context.dropped(node, "OBJECT_VIEW", "OBJECT_MATVIEW"):
        again = context.again("relation", view.name)
        yield from missing(f"view {view.name.shown}", again)
        if again is None:
            continue
        yield from missing_columns(view, made_by(again.node, context))
        if view.kind == "m" and view.populated and is_a(again.node, "CreateTableAsStmt"):
            yield from filled(view, again, context)


def made_by(node: Node, context: Context) -> Node:
    """The statement that makes it; where it only gets its name back, the one that made it under another."""
    name = node.relation.relname if is_a(node, "RenameStmt") and node.relation else ""
    return next((made for _, _, made in context.later.made.get(("relation", name), ())), node)


def filled(view: Relation, again: Again, context: Context) -> Iterator[Hazard]:
    """What readers of a materialized view wait for, or wait for in vain."""
    if again.node.into.skipData and not context.refreshed_later(view):
        yield empty(view)
    elif again.together:
        yield Hazard(
            "blocks-reads",
            f"blocks reads of materialized view {context.shown(view)} until the new one is filled; "
            "create the new one under another name and swap the names",
        )
