"""A new identity column is numbered in batches, from a sequence that its own takes the place of at the end.

Until then the column has another name, and who writes gets the next number by its default. The last transaction keeps
everybody off the table while the position goes over, so that no number is given twice.
https://www.postgresql.org/docs/current/ddl-identity-columns.html
"""

from __future__ import annotations

from dataclasses import replace

from difftool.parse import Node, ending, is_a, quoted, written
from difftool.pg.connection import literal
from difftool.rules.add_column import unlike
from difftool.rules.columns import on_target
from difftool.rules.constraints import says_null
from difftool.rules.context import Context
from difftool.rules.fill_column import CHECKED, checked, not_null_again
from difftool.rules.numbering import Numbering, numbered_so_far, numbering, unnumbered
from difftool.rules.registry import Online, online


@online("AT_AddColumn")
def numbered_beside(node: Node, context: Context) -> Online | None:
    """The column with a default, the old rows' numbers, NOT NULL; at last its name, and identity for default."""
    table, column = context.relation_of_table(), node.def_
    how = numbering(node, table, context)
    if how is None or not context.busy(table) or unlike(table, context) or unnumbered(node, table, context):
        return None
    alter, new, name = f"ALTER TABLE {table.name.sql}", quoted(how.column), quoted(column.colname)
    check = ending(column.colname, CHECKED)
    given = {constraint.contype.name: constraint for constraint in column.constraints}
    begin = () if numbered_so_far(how, table, context) else _begun(how, written(column.typeName))
    fill = replace(how.backfill, pace=context.pace).block
    identity = written(given["CONSTR_IDENTITY"]).replace(" AS IDENTITY(", " AS IDENTITY (", 1)
    here = (
        f"{alter} RENAME COLUMN {new} TO {name}",
        f"{alter} {not_null_again(given.get('CONSTR_NOTNULL'), name)}",
        f"{alter} DROP CONSTRAINT {quoted(check)}",
        f"{alter} ALTER COLUMN {name} DROP DEFAULT",
        f"{alter} ALTER COLUMN {name} ADD {identity}",
        f"SELECT pg_catalog.setval({literal(how.own.sql)}, last_value, is_called) FROM {how.sequence.sql}",
        f"DROP SEQUENCE {how.sequence.sql}",
    )
    return Online((*begin, fill, *checked(check, new, (), on_target(table, context))), here, joined=len(begin))


def _begun(how: Numbering, type_: str) -> tuple[str, ...]:
    """What there is from the first commit on: nobody finds the column without its numbers."""
    alter, column, sequence = f"ALTER TABLE {how.table.sql}", quoted(how.column), how.sequence.sql
    return (
        f"CREATE SEQUENCE {sequence} {how.counting.sql}",
        f"GRANT USAGE ON SEQUENCE {sequence} TO PUBLIC",
        f"{alter} ADD COLUMN {column} {type_}, ALTER COLUMN {column} SET DEFAULT {how.value}",
        f"ALTER SEQUENCE {sequence} OWNED BY {how.table.sql}.{column}",
    )


@online("AT_ColumnDefault", "DropStmt")
def gone_on_with(node: Node, context: Context) -> Online | None:
    """The sequence and the default that an apply has left are not dropped where this plan goes on with them."""
    table = None if is_a(node, "DropStmt") else context.relation_of_table()
    if table is not None and not says_null(node.def_):
        return None
    dropped = {relation.name for relation in context.dropped(node, "OBJECT_SEQUENCE")} if table is None else set()
    for (subtype, _), found in context.later.commands.items():
        for place, statement, command in found if subtype == "AT_AddColumn" else ():
            own = context.relation(statement.relation)
            how = numbering(command, own, context)
            same = how and (dropped == {how.sequence} or (own == table and node.name == how.column))
            if how and same and numbered_so_far(how, own, context):
                return Online(by=place)
    return None
