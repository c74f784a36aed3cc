"""A lock lasts until its transaction ends: what is slow in the same transaction keeps others waiting for all of it.

VALIDATE CONSTRAINT lets reads and writes go on, but not in the transaction that added the constraint: the lock of ADD
CONSTRAINT is still held while every row is read. The same goes for a quick ADD COLUMN before a slow CREATE INDEX.
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, nodes
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import Relation
from difftool.rules.locks import READS, WRITES, locks
from difftool.rules.registry import AFTERWARDS, rule
from difftool.rules.words import LISTED, listed

SLOW = frozenset({"rewrites-table", "blocks-reads", "blocks-writes"})
QUICK = frozenset({"create-trigger", "drop-view", "lock-table"})
"""Rules whose hazards are no sign of a slow statement."""
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
        tables = apart([relation for oid in held if (relation := waited_for(oid, own, context))], context)
        if tables:
            yield Hazard(
                "blocks-reads" if level == READS else "blocks-writes",
                f"keeps {what} on {shown(tables, context)} blocked until it is done, because "
                "an earlier statement of the same transaction locked them; run it in a later transaction",
                tuple(table.name.sql for table in tables),
            )


def family(oid: int, context: Context) -> list[Relation]:
    """A relation with its partitions or children, which a statement locks along with it."""
    return context.family(context.relations[oid])


def apart(tables: list[Relation], context: Context) -> list[Relation]:
    """The same without partitions and children of others among them, which are told of with those."""
    below = {member.oid for table in tables for member in context.family(table)[1:]}
    return [table for table in tables if table.oid not in below]


def waited_for(oid: int, own: Mapping[int, int], context: Context) -> Relation | None:
    """A locked relation whose readers wait for the statement; none that it blocks by itself, and none that is no more.

    Of what was dropped, only what the same transaction creates again is waited for. A materialized view is left to
    ``drop-view``, which tells how long it is missing.
    """
    found = context.relations.get(oid) or context.gone.get(oid)
    if found is None or (found.kind == "v" and _reads_any(oid, own, context)):
        return None
    if oid in context.relations:
        return found
    again = context.again("relation", found.name, earlier=True)
    return found if again and again.together and found.kind != "m" else None


def _reads_any(view: int, own: Mapping[int, int], context: Context) -> bool:
    """True for a view over a table that nobody can read meanwhile anyway."""
    return any(own.get(read) == READS for read in context.read_by(view))


def shown(tables: list[Relation], context: Context) -> str:
    """The tables in a sentence; those that it has no room for are counted, not looked up."""
    return listed(context.shown(table) if number < LISTED else "" for number, table in enumerate(tables))


def slow(node: Node, context: Context) -> bool:
    """True for what reads or writes many rows: by the hazards found, or by what it is."""
    if any(hazard.kind in SLOW and by.name not in QUICK for by, hazard in context.found):
        return True
    if is_a(node, "AlterTableStmt"):
        table = context.table
        valid = {constraint.name for constraint in table.constraints if constraint.valid}
        validated = (c.name for c in node.cmds if c.subtype.name == "AT_ValidateConstraint")
        return context.busy(table) and any(name not in valid for name in validated)
    if is_a(node, "IndexStmt"):
        table = context.relation(node.relation)
        return not node.concurrent and table.kind == "m" and context.busy(table)
    return is_a(node, *LONG) and long(node, context)


def long(node: Node, context: Context) -> bool:
    """True for a query, unless it is not run, or is over tables alone that are known to be small."""
    if is_a(node, "RefreshMatViewStmt"):
        return not node.skipData
    if is_a(node, "CreateTableAsStmt") and node.into.skipData:
        return False
    below = list(nodes(node.query if is_a(node, "CreateTableAsStmt") else node))
    named = {inner.ctename for inner in below if is_a(inner, "CommonTableExpr")}
    read = [context.relation(inner) for inner in below if is_a(inner, "RangeVar") and inner.relname not in named]
    unknown = any(table.kind not in "rpm" or table.oid == UNKNOWN or context.busy(table) for table in read)
    return unknown or any(is_a(inner, "RangeFunction") for inner in below)
