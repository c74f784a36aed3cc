"""A column or table that goes while one of the same shape comes may be the same one, whose rows should stay.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, qualified, quoted
from difftool.rules.columns import FILLING, fills, new_column, takes_its_place
from difftool.rules.context import Context
from difftool.rules.facts import Column, Relation
from difftool.rules.registry import rule


@rule("maybe-rename", "AT_DropColumn", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """One in use that holds values; not one that comes back under its own name."""
    if is_a(node, "DropStmt"):
        for table in context.dropped(node, "OBJECT_TABLE"):
            if has_rows(table, context):
                yield from tables(table, context)
        return
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if table.kind != "c" and has_rows(table, context) and not column.generated and not column.new:
        if takes_its_place(table, node.name, context):
            return
        yield from columns(column, table, context)


def has_rows(table: Relation, context: Context) -> bool:
    """Whether there may be something to lose."""
    return context.in_use(table) and not context.found_empty(table) and any(m.rows != 0 for m in context.family(table))


def columns(column: Column, table: Relation, context: Context) -> Iterator[Hazard]:
    """The columns of that type that the plan adds to the table."""
    added = [
        new_column(command.def_, context)
        for _, node, command in context.later.commands.get(("AT_AddColumn", table.name.name), ())
        if context.relation(node.relation).name == table.name and not (len(node.cmds) == 1 and told(command, context))
    ]
    if any(c.name == column.name for c in added):
        return
    same = [c for c in added if c.type == column.type and not c.generated]
    if same:
        name = same[0].name.removesuffix(FILLING)
        old, new = qualified(*table.name, column.name), quoted(name)
        what = f'column "{column.name}" of {table.name.shown}'
        yield warning(what, f'"{name}"', "type", column.name, f"{old}={new}")


def told(added: Node, context: Context) -> bool:
    """Whether an UPDATE of the plan says where the new column's values come from, so that it is no other one's name."""
    return any(
        fills(node) and node.targetList[0].name == added.def_.colname
        for _, node in context.later.nodes.get("UpdateStmt", ())
    )


def tables(table: Relation, context: Context) -> Iterator[Hazard]:
    """The tables with the same columns that the plan creates."""
    for _, node in context.later.nodes.get("CreateStmt", ()):
        made = [new_column(e, context) for e in node.tableElts or () if is_a(e, "ColumnDef")]
        name = context.qualify(node.relation.schemaname or "", node.relation.relname)
        if name == table.name:
            return
        if made and shape(made) == shape(table.columns.values()):
            moved = f"{table.name.sql}={quoted(name.name)}" if name.schema == table.name.schema else ""
            yield warning(f"table {table.name.shown}", name.shown, "shape", table.name.name, moved)
            return


def shape(columns: Iterable[Column]) -> set[tuple[str, str]]:
    """Names and types."""
    return {(c.name, repr(c.type)) for c in columns}


def warning(what: str, other: str, alike: str, old: str, renamed: str) -> Hazard:
    """The line that tells difftool; ``renamed`` says it to ``--rename``."""
    return Hazard(
        "maybe-rename",
        f"{what} goes, and {other} of the same {alike} comes: if that is the same one, write "
        f"-- difftool: renamed from {quoted(old)} in the line above it, and its values stay",
        renamed=renamed,
    )
