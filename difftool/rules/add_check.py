"""ADD CHECK reads the whole table under ACCESS EXCLUSIVE, unless it is NOT VALID.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, written
from difftool.rules.constraints import checked_not_null, constraints_of
from difftool.rules.context import Context
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import filled, harmless, those
from difftool.rules.validated import later


@rule("add-check", "AT_AddConstraint", "AT_AddColumn")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A CHECK that is validated at once; VALIDATE CONSTRAINT itself lets reads and writes go on."""
    table = context.relation_of_table()
    for constraint in constraints_of(node):
        only = context.only or bool(constraint.is_no_inherit)
        if constraint.contype.name == "CONSTR_CHECK" and not constraint.skip_validation and context.busy(table):
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {context.shown(table, only=only)} until every row is checked; "
                "add the CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction",
            )


@online("AT_AddConstraint")
def not_valid(node: Node, context: Context) -> Online | None:
    """NOT VALID, and VALIDATE CONSTRAINT at the end."""
    table = context.relation_of_table()
    constraint = node.def_
    known = constraint.contype.name == "CONSTR_CHECK" and constraint.conname and not constraint.skip_validation
    return later(constraint, context) if known and context.busy(table) else None


@probe("AT_AddConstraint")
def violated(node: Node, context: Context) -> Iterator[Probe]:
    """The rows for which it does not hold."""
    table, constraint = context.relation_of_table(), node.def_
    enforced = constraint.contype.name == "CONSTR_CHECK" and constraint.is_enforced
    proves_null = constraint.skip_validation and checked_not_null(constraint.raw_expr)
    if enforced and not proves_null and filled(table, context) and harmless(constraint.raw_expr):
        where = f"NOT ({written(constraint.raw_expr)})"
        yield Probe(
            those(table, where, context, only=context.only or bool(constraint.is_no_inherit)),
            table.name.shown,
            "violate",
            f'"{constraint.conname or "the CHECK"}": it fails; mend them first',
        )
