"""ADD FOREIGN KEY reads both tables while nobody may write to either, unless it is NOT VALID.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, quoted, strings
from difftool.rules.constraints import constraints_of
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import filled, those
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
            elif not taken_over(constraint, table, other, context):
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


def taken_over(constraint: Node, table: Relation, other: Relation, context: Context) -> bool:
    """Whether every partition has the same foreign key, valid: the parent takes these over, and nothing is read."""
    asked = (strings(constraint.fk_attrs), other.oid, strings(constraint.pk_attrs))
    leaves = [member for member in context.family(table) if member.kind != "p"]
    own = ({(k.columns, k.references, k.referenced) for k in leaf.constraints if k.valid} for leaf in leaves)
    return table.kind == "p" and all(asked in keys for keys in own)


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
    """NOT VALID, and VALIDATE CONSTRAINT at the end; of a partitioned table before 18, of each partition before."""
    table, constraint = context.relation_of_table(), node.def_
    if constraint.contype.name != "CONSTR_FOREIGN" or constraint.skip_validation or not constraint.conname:
        return None
    busy = context.busy(table) or context.busy(context.relation(constraint.pktable))
    if not busy or not context.in_use(table):
        return None
    if table.kind == "p" and context.facts.version < NOT_VALID_ON_PARTITIONED:
        return each_partition(constraint, table, context)
    return later(constraint, context)


def each_partition(constraint: Node, table: Relation, context: Context) -> Online | None:
    """The same foreign key on every partition that has rows, valid by the time that the parent takes it over."""
    sql, alter = context.statements[context.position].sql, f"ALTER TABLE {table.name.sql} "
    leaves = [member for member in context.family(table) if member.kind != "p"]
    if not sql.startswith(alter) or any(leaf.new or leaf.kind != "r" for leaf in leaves):
        return None
    added = [(f"ALTER TABLE {leaf.name.sql}", sql.removeprefix(alter)) for leaf in leaves]
    name = quoted(constraint.conname)
    before = [(f"{leaf} {add} NOT VALID", f"{leaf} VALIDATE CONSTRAINT {name}") for leaf, add in added]
    return Online(tuple(text for pair in before for text in pair), (sql,))


@probe("AT_AddConstraint")
def orphans(node: Node, context: Context) -> Iterator[Probe]:
    """The rows that point at nothing."""
    table, constraint = context.relation_of_table(), node.def_
    if constraint.contype.name != "CONSTR_FOREIGN" or constraint.fk_with_period or not constraint.is_enforced:
        return
    other = context.relation(constraint.pktable)
    primary = next((c.columns for c in other.constraints if c.type == "p"), ())
    here, there = strings(constraint.fk_attrs), strings(constraint.pk_attrs) or primary
    if len(here) != len(there) or not filled(table, context) or other.new:
        return
    same = " AND ".join(f"t.{quoted(b)} = f.{quoted(a)}" for a, b in zip(here, there, strict=True))
    where = " AND ".join([f"f.{quoted(name)} IS NOT NULL" for name in here])
    target = context.known_as("relation", other.name).sql
    yield Probe(
        those(table, f"{where} AND NOT EXISTS (SELECT 1 FROM {target} t WHERE {same})", context, alias=" f"),
        table.name.shown,
        "point",
        f"at no row of {other.name.shown}: it fails; mend or delete them first",
    )
