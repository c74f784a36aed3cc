"""What a hazard speaks of: the column that is lost, the tables that are locked, and how large they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, quoted
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import Relation
from difftool.rules.registry import Probe

LOCKING = frozenset({"rewrites-table", "blocks-reads", "blocks-writes"})
"""Hazards that are about the tables at hand, whatever part of them changes."""
ONE_TABLE = frozenset({"AlterTableStmt", "AlterTableCmd", "IndexStmt", "DropStmt", "LockStmt", "ReindexStmt"})
"""Statements that take as long as the tables that they lock are large."""

Said = TypeVar("Said", Hazard, Probe)


def spoken_of(said: Said, node: Node, statement: Statement, context: Context) -> Said:
    """The same with its objects and their size, where the rule has not told them itself."""
    concerned = _tables(node, context)
    about = said.objects
    if not about and said.kind in LOCKING:
        about = tuple(sorted(table.name.sql for table in concerned))
    return replace(
        said, objects=about or _object(node, statement, context), bytes=_size(said, node, concerned, context)
    )


def _object(node: Node, statement: Statement, context: Context) -> tuple[str, ...]:
    """What the statement is about; of several changes to a table, what this one is about."""
    if is_a(node, "AlterTableCmd") and statement.name == context.relation_of_table().name.sql:
        column = node.def_.colname if is_a(node.def_, "ColumnDef") and node.def_.colname else ""
        part = column or (node.name if isinstance(node.name, str) else "")
        return (f"{statement.name}.{quoted(part)}" if part else statement.name,)
    return (statement.name,) if statement.name else ()


def _tables(node: Node, context: Context) -> list[Relation]:
    """The tables that are locked; of a part of ALTER TABLE, at least its table."""
    known = [context.relations[oid] for oid in context.taken if oid in context.relations]
    if is_a(node, "AlterTableCmd"):
        known.append(context.table_of_index(context.relation_of_table().name))
    elif is_a(node, "IndexStmt"):
        known.append(context.relation(node.relation))
    return list({table.oid: table for table in known if table.oid != UNKNOWN}.values())


def _size(said: Hazard | Probe, node: Node, concerned: Iterable[Relation], context: Context) -> int | None:
    """How many bytes these tables hold together; None where more may be concerned than is known."""
    if not is_a(node, *ONE_TABLE) or getattr(getattr(node, "behavior", None), "name", "") == "DROP_CASCADE":
        return None
    held = [context.relations[oid] for oid in context.held if oid in context.relations] if said.objects else []
    members = {m.oid: m for table in (*concerned, *held) for m in context.family(table) if m.kind != "p" and not m.new}
    sizes = [m.bytes for m in members.values()]
    return None if not sizes or None in sizes else sum(n or 0 for n in sizes)
