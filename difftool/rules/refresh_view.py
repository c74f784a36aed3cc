"""REFRESH MATERIALIZED VIEW lets nobody read the view until it is filled again, unless it runs CONCURRENTLY.

https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import Online, online, rule


@rule("refresh-view", "RefreshMatViewStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A materialized view that can be read so far."""
    view = context.relation(node.relation)
    if view.new or node.concurrent or not view.populated:
        return
    if not node.skipData:
        yield Hazard(
            "blocks-reads",
            f"blocks reads of materialized view {context.shown(view)} until it is filled again; "
            "REFRESH … CONCURRENTLY lets them go on, given a unique index",
        )
    elif not context.refreshed_later(view):
        yield empty(view)


def empty(view: Relation) -> Hazard:
    """A materialized view that nobody has filled: PostgreSQL refuses to read it."""
    return Hazard(
        "breaks-clients",
        f"queries of materialized view {view.name.shown} fail once this commits, until it is refreshed WITH DATA; "
        "leave WITH NO DATA out",
    )


@online("RefreshMatViewStmt")
def concurrently(node: Node, context: Context) -> Online | None:
    """CONCURRENTLY, for a view in use that is large, or reads what is, and has a unique index on plain columns."""
    view = context.relation(node.relation)
    if node.concurrent or node.skipData or not view.populated or not context.fills_slowly(view):
        return None
    if not any(index.plain and index.unique for index in context.indexes_of(view)):
        return None
    return Online(here=(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {view.name.sql}",))
