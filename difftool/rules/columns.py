"""The column that a ColumnDef makes, and a table with another column."""

from __future__ import annotations

from dataclasses import replace

from difftool.batches import as_backfill
from difftool.parse import Node, ending, is_a, quoted, strings
from difftool.rules.constraints import is_serial, says_null
from difftool.rules.context import Context
from difftool.rules.facts import Column, Relation

FILLING = "__new"
"""The end of a column's name while it is filled."""
LAST = "~"
"""How the name of a trigger that fills one begins: triggers fire by their names, and this one has the last word."""


def new_column(node: Node, context: Context) -> Column:
    """The column that a ColumnDef makes."""
    kinds = {c.contype.name for c in node.constraints or ()}
    generated = next((c.generated_kind for c in node.constraints or () if c.contype.name == "CONSTR_GENERATED"), "")
    given = [c.raw_expr for c in node.constraints or () if c.contype.name == "CONSTR_DEFAULT"]
    serial = is_serial(node.typeName)
    return Column(
        node.colname,
        context.type(node.typeName) if node.typeName and not serial else None,
        not_null=serial or bool(kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"}),
        default=serial or any(not says_null(expression) for expression in given),
        identity="CONSTR_IDENTITY" in kinds,
        generated=generated,
        new=True,
    )


def fills(node: Node) -> bool:
    """True for an UPDATE that gives values where there is none: nothing is overwritten."""
    targets = tuple(node.targetList) if is_a(node, "UpdateStmt") else ()
    return len(targets) == 1 and targets[0].name in _null(node.whereClause)


def filled_by_plan(table: Relation, column: str, context: Context) -> bool:
    """Whether an earlier statement of the plan fills the column in batches."""
    found = (as_backfill(statement.sql) for statement in context.statements[: context.position])
    return any(f and f.table == table.name.sql and f.column == quoted(column) for f in found)


def takes_its_place(table: Relation, column: str, context: Context) -> bool:
    """Whether the plan has filled a second column from this one, which gets its name in the same transaction."""
    if not filled_by_plan(table, ending(column, FILLING), context):
        return False
    renames = (node for node, together in context.nodes_later("RenameStmt") if together)
    return any((node.subname, node.newname) == (ending(column, FILLING), column) for node in renames)


def _null(where: Node) -> tuple[str, ...]:
    """The columns that are NULL where this holds."""
    if is_a(where, "BoolExpr") and where.boolop.name == "AND_EXPR":
        return tuple(name for part in where.args for name in _null(part))
    if is_a(where, "NullTest") and where.nulltesttype.name == "IS_NULL" and is_a(where.arg, "ColumnRef"):
        return strings(where.arg.fields)[-1:]
    return ()


def on_target(table: Relation, context: Context) -> Relation:
    """The table as it is on the target, before the plan."""
    return next((relation for relation in context.facts.relations if relation.oid == table.oid), table)


def with_column(table: Relation, column: Column) -> Relation:
    """The table with this column in place of the one of its name."""
    return replace(table, columns={**table.columns, column.name: column})
