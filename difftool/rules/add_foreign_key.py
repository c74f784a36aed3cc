"""ADD FOREIGN KEY reads both tables while nobody may write to either, unless it is NOT VALID.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.constraints import constraints_of
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import Online, online, rule
from difftool.rules.validated import later

LATER = "add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction"
PARTITIONED = "add it NOT VALID to each partition, VALIDATE those in later transactions, and add it to the parent last"
NOT_VALID_ON_PARTITIONED = 180000
"""The first server that takes a NOT VALID foreign key on a partitioned table."""


@rule("add-foreign-key", "AT_AddConstraint", "AT_AddColumn", "AT_AlterConstraint")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A foreign key that is validated at once, or made ENFORCED; with a new empty table there is nothing to read."""
    table = context.relation_of_table()
    if not context.busy(table):
        return
    if node.subtype.name == "AT_AlterConstraint":
        yield from enforced(node.def_, table, context)
        return
    for constraint in constraints_of(node):
        if constraint.contype.name == "CONSTR_FOREIGN" and not constraint.skip_validation:
            other = context.relation(constraint.pktable)
            if is_a(node.def_, "ColumnDef"):
                yield from with_column(node.def_, table, other, context)
            else:
                yield writes_blocked(table, other, context)


def enforced(change: Node, table: Relation, context: Context) -> Iterator[Hazard]:
    """ALTER CONSTRAINT … ENFORCED (PostgreSQL 18) of a foreign key that was not checked so far."""
    checked = any(c.name == change.conname and c.valid for c in table.constraints)
    if change.alterEnforceability and change.is_enforced and not checked:
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table)} until every row is checked; drop the constraint, "
            "add it NOT VALID, then VALIDATE CONSTRAINT in a later transaction",
        )


def writes_blocked(table: Relation, other: Relation, context: Context) -> Hazard:
    """The hazard for both tables."""
    also = f" and {context.shown(other)}" if other.name != table.name and context.busy(other) else ""
    before_18 = table.kind == "p" and context.facts.version < NOT_VALID_ON_PARTITIONED
    return Hazard(
        "blocks-writes",
        f"blocks writes on {context.shown(table, only=context.only)}{also} until every row is checked; "
        f"{PARTITIONED if before_18 else LATER}",
    )


def with_column(column: Node, table: Relation, other: Relation, context: Context) -> Iterator[Hazard]:
    """ADD COLUMN … REFERENCES: nothing is read while the column is empty; with a default every row is, under a lock."""
    if not any(c.contype.name == "CONSTR_DEFAULT" for c in column.constraints):
        return
    safe = "add the column first, then the foreign key NOT VALID, and VALIDATE CONSTRAINT in a later transaction"
    yield Hazard(
        "blocks-reads", f"blocks reads and writes on {context.shown(table)} until every row is checked; {safe}"
    )
    if context.busy(other) and other.name != table.name:
        yield Hazard("blocks-writes", f"blocks writes on {context.shown(other)} until every row is checked; {safe}")


@online("AT_AddConstraint")
def not_valid(node: Node, context: Context) -> Online | None:
    """NOT VALID, and VALIDATE CONSTRAINT at the end."""
    table, constraint = context.relation_of_table(), node.def_
    if constraint.contype.name != "CONSTR_FOREIGN" or constraint.skip_validation or not constraint.conname:
        return None
    if table.kind == "p" and context.facts.version < NOT_VALID_ON_PARTITIONED:
        return None
    busy = context.busy(table) or context.busy(context.relation(constraint.pktable))
    return later(constraint, context) if busy and context.in_use(table) else None
