"""Which columns a table or view has that is made again under its name, and which of the old ones it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard
from difftool.parse import Node, is_a, strings
from difftool.rules.facts import Relation
from difftool.rules.words import listed

ELSEWHERE = ("TableLikeClause",)
"""What a CREATE TABLE takes columns from without naming them; so do INHERITS, PARTITION OF and OF."""


def missing_columns(old: Relation, again: Node) -> Iterator[Hazard]:
    """The columns that the new relation does not have, as far as its statement tells."""
    noun = "table" if old.kind in "rpf" else "view"
    names, certain = _made(again)
    lost = [f'"{name}"' for name in old.columns if name not in names]
    if lost and certain:
        yield Hazard(
            "breaks-clients",
            f"queries that name column {listed(lost)} of {noun} {old.name.shown} fail once this commits, for it is "
            "created again without; keep the column until no code names it",
        )
    elif lost or not old.columns:
        yield Hazard(
            "breaks-clients",
            f"{noun} {old.name.shown} is created again from {_source(again)} that does not name all its columns; "
            "compare them before you allow it",
        )


def _source(again: Node) -> str:
    return "a SELECT list" if is_a(again, "ViewStmt", "CreateTableAsStmt") else "a statement"


def _made(again: Node) -> tuple[set[str], bool]:
    """The column names of the new relation, and whether they are all of them."""
    if is_a(again, "CreateStmt", "CreateForeignTableStmt"):
        return _of_table(getattr(again, "base", again))
    if is_a(again, "ViewStmt", "CreateTableAsStmt"):
        return _of_query(again)
    return set(), False


def _of_table(table: Node) -> tuple[set[str], bool]:
    elements = table.tableElts or ()
    named = {element.colname for element in elements if is_a(element, "ColumnDef")}
    brought = table.inhRelations or table.ofTypename or any(is_a(element, *ELSEWHERE) for element in elements)
    return named, not brought


def _of_query(again: Node) -> tuple[set[str], bool]:
    aliases = again.aliases if is_a(again, "ViewStmt") else again.into.colNames
    query = again.query
    while is_a(query, "SelectStmt") and query.larg is not None:
        query = query.larg
    found = [_name_of(target) for target in query.targetList or ()] if is_a(query, "SelectStmt") else [""]
    found[: len(aliases or ())] = strings(aliases)
    return set(found) - {""}, bool(found) and "" not in found


def _name_of(target: Node) -> str:
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
