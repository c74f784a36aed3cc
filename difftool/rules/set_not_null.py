"""SET NOT NULL reads the whole table under ACCESS EXCLUSIVE, unless a valid CHECK has proven that there is no NULL.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, quoted, strings
from difftool.rules.constraints import constraints_of, proven_not_null
from difftool.rules.context import Context
from difftool.rules.registry import rule


@rule("set-not-null", "AT_SetNotNull", "AT_AddConstraint")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """SET NOT NULL, and PostgreSQL 18's ADD CONSTRAINT … NOT NULL."""
    if is_a(node, "AlterTableCmd") and node.subtype.name == "AT_SetNotNull":
        yield from forbids_null(node.name, context, scans=True)
        return
    for constraint in constraints_of(node):
        if constraint.contype.name == "CONSTR_NOTNULL":
            for name in strings(constraint.keys):
                yield from forbids_null(name, context, scans=not constraint.skip_validation)


def forbids_null(name: str, context: Context, *, scans: bool) -> Iterator[Hazard]:
    """The scan, and the inserts that fail from then on."""
    table = context.relation_of_table()
    column = context.column(table, name)
    if not context.in_use(table) or column.not_null:
        return
    known = all(proven_not_null(member, name) for member in context.family(table, only=context.only))
    if scans and context.busy(table) and not known:
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table, only=context.only)} until every row is checked for "
            "NULL; "
            f"add CHECK ({quoted(name)} IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL "
            "takes its word",
        )
    if not column.fills_itself:
        yield Hazard(
            "breaks-clients",
            f'inserts into {table.name.shown} that leave out column "{name}" fail once this commits, for it has no '
            "default; "
            "give it one, or let the code fill it first",
        )
