"""A lock lasts until its transaction ends: what is slow in the same transaction keeps others waiting for all of it.

VALIDATE CONSTRAINT lets reads and writes go on, but not in the transaction that added the constraint: the lock of ADD
CONSTRAINT is still held while every row is read. The same goes for a quick ADD COLUMN before a slow CREATE INDEX.
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.locks import READS, WRITES, locks
from difftool.rules.registry import AFTERWARDS, rule
from difftool.rules.words import LISTED, listed

SLOW = frozenset({"rewrites-table", "blocks-reads", "blocks-writes"})
QUICK = frozenset({"create-trigger", "lock-table"})
"""Rules whose locks are no sign of a slow statement."""
LONG = ("CreateTableAsStmt", "RefreshMatViewStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")


@rule("held-lock", AFTERWARDS)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A slow statement while its transaction already holds a lock that it would not take itself."""
    if not slow(node, context):
        return
    roots = locks(node, context).items()
    own = {m.oid: level for oid, level in roots if oid in context.relations for m in family(oid, context)}
    for level, what in ((READS, "reads and writes"), (WRITES, "writes")):
        held = [oid for oid, blocks in context.held.items() if blocks == level and own.get(oid, 0) < level]
        tables = [context.relations[oid] for oid in held if oid in context.relations]
        if tables:
            yield Hazard(
                "blocks-reads" if level == READS else "blocks-writes",
                f"keeps {what} on {shown(tables, context)} blocked until it is done, because "
                "an earlier statement of the same transaction locked them; run it in a later transaction",
            )


def family(oid: int, context: Context) -> list[Relation]:
    """A relation with its partitions or children, which a statement locks along with it."""
    return context.family(context.relations[oid])


def shown(tables: list[Relation], context: Context) -> str:
    """The tables in a sentence; those that it has no room for are counted, not looked up."""
    return listed(context.shown(table) if number < LISTED else "" for number, table in enumerate(tables))


def slow(node: Node, context: Context) -> bool:
    """True for what reads or writes many rows: by the hazards found, or by what it is."""
    if any(hazard.kind in SLOW and by.name not in QUICK for by, hazard in context.found):
        return True
    if is_a(node, "AlterTableStmt"):
        valid = {constraint.name for constraint in context.table.constraints if constraint.valid}
        return any(c.subtype.name == "AT_ValidateConstraint" and c.name not in valid for c in node.cmds)
    if is_a(node, "IndexStmt"):
        return not node.concurrent and context.relation(node.relation).kind == "m"
    return is_a(node, *LONG)
