"""DROP DEFAULT and DROP EXPRESSION: what filled the column by itself does so no longer.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.constraints import says_null
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import rule
from difftool.rules.words import lasting


@rule("drop-default", "AT_ColumnDefault", "AT_DropExpression")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column that takes no NULL and has no default any more; and one whose values were computed so far."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    computed = node.subtype.name == "AT_DropExpression" and column.generated == "s"
    default = node.subtype.name == "AT_ColumnDefault" and says_null(node.def_) and column.default
    if table.new or table.kind not in "rpf" or column.new or not (computed or default):
        return
    again = filled_again(node, table, context)
    if again:
        return
    when = lasting(again, "fills it again")
    if column.not_null:
        yield Hazard(
            "breaks-clients",
            f'inserts into {table.name.shown} that leave out column "{node.name}" fail {when}, for nothing fills it '
            "then; let the code fill it first",
        )
    elif computed:
        yield Hazard(
            "breaks-clients",
            f'inserts into {table.name.shown} that leave out column "{node.name}" leave it NULL {when}, for it is '
            "computed no longer; let the code fill it first",
        )


def filled_again(node: Node, table: Relation, context: Context) -> bool | None:
    """True when the same transaction gives it another source, lets it be NULL, or takes it away; False for a later."""
    sources = context.commands_later(table, "AT_ColumnDefault", "AT_AddIdentity")
    found = [together for c, together in sources if c.name == node.name and c is not node and not says_null(c.def_)]
    ends = ("AT_DropColumn", *(("AT_DropNotNull",) if node.subtype.name == "AT_ColumnDefault" else ()))
    found += [together for command, together in context.commands_later(table, *ends) if command.name == node.name]
    return any(found) if found else None
