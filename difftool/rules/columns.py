"""The column that a ColumnDef makes, and a table with another column."""

from __future__ import annotations

from dataclasses import replace

from difftool.parse import Node
from difftool.rules.constraints import is_serial, says_null
from difftool.rules.context import Context
from difftool.rules.facts import Column, Relation


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


def with_column(table: Relation, column: Column) -> Relation:
    """The table with this column in place of the one of its name."""
    return replace(table, columns={**table.columns, column.name: column})
