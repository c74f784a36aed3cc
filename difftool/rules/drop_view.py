"""DROP VIEW makes every query of the view fail, unless the same plan creates it again with all its columns.

https://www.postgresql.org/docs/current/sql-dropview.html
https://www.postgresql.org/docs/current/sql-dropmaterializedview.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, strings
from difftool.rules.context import Context, made_by
from difftool.rules.facts import Relation
from difftool.rules.registry import rule
from difftool.rules.words import gone, listed


@rule("drop-view", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each view dropped. A materialized view's rows are derived, so dropping it loses nothing."""
    for view in context.dropped(node, "OBJECT_VIEW", "OBJECT_MATVIEW"):
        again = created_again(view, context)
        if again is None:
            yield Hazard("breaks-clients", gone(f"view {view.name.shown}"))
            continue
        yield from missing_columns(view, again)
        if view.kind == "m":
            yield Hazard(
                "blocks-reads",
                f"blocks reads of materialized view {context.shown(view)} until the new one is filled; "
                "create the new one under another name and swap the names",
            )


def created_again(view: Relation, context: Context) -> Node | None:
    """The later statement that creates a view of this name."""
    for node in context.made_later(view.name.name):
        made = made_by(node)
        if is_a(made, "RangeVar") and context.qualify(made.schemaname or "", made.relname, [view.name]) == view.name:
            return node
    return None


def missing_columns(view: Relation, again: Node) -> Iterator[Hazard]:
    """The columns that the new view does not have, as far as its SELECT list tells."""
    names, certain = columns(again)
    lost = [f'"{name}"' for name in view.columns if name not in names]
    if lost and certain:
        yield Hazard(
            "breaks-clients",
            f"queries that name column {listed(lost)} of view {view.name.shown} fail once this commits, for it is "
            "created "
            "again without; keep the column until no code names it",
        )
    elif lost or not view.columns:
        yield Hazard(
            "breaks-clients",
            f"view {view.name.shown} is created again from a SELECT list that does not name all its columns; "
            "compare them before you allow it",
        )


def columns(again: Node) -> tuple[set[str], bool]:
    """The column names of the new view, and whether they are all of them."""
    aliases = again.aliases if is_a(again, "ViewStmt") else again.into.colNames
    query = again.query
    while is_a(query, "SelectStmt") and query.larg is not None:
        query = query.larg
    found = [name_of(target) for target in query.targetList or ()] if is_a(query, "SelectStmt") else [""]
    found[: len(aliases or ())] = strings(aliases)
    return set(found) - {""}, bool(found) and "" not in found


def name_of(target: Node) -> str:
    """The name that PostgreSQL gives a column of a SELECT list (``FigureColname``); empty when nothing tells."""
    value = target.val
    if target.name:
        return str(target.name)
    if is_a(value, "TypeCast"):
        inner = value.arg
        value = inner if is_a(inner, "ColumnRef", "FuncCall") else value
    if is_a(value, "ColumnRef"):
        return (strings(value.fields[-1:]) or ("",))[0]
    if is_a(value, "FuncCall"):
        return strings(value.funcname)[-1]
    return ""
