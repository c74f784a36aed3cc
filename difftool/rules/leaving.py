"""Partitions that leave their table for good: DETACH … CONCURRENTLY lets reads and writes of the table go on.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DETACH-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from difftool.parse import MOST_BYTES, Node, parse, quoted
from difftool.rules.bounds import apart, bound_of
from difftool.rules.constraints import names_in
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.locks import referencing


def detached(parent: Relation, child: Relation, context: Context) -> str:
    """DETACH … CONCURRENTLY; "" where it is not possible, not worth while, or would let rows find no partition.

    PostgreSQL has none for a table with a default partition. Where a foreign key points at the table, it locks the one
    that has the key against writes, and would wait for that lock without an end.
    """
    others = [context.relations[oid] for oid in context.children[parent.oid] if oid in context.relations]
    possible = parent.kind == "p" and child in others and child.kind in "rp" and not child.new
    if not possible or not context.busy(parent) or any(other.default_partition for other in others):
        return ""
    if any(referencing(context.relations[oid], context) for oid in above(parent, context)):
        return ""
    if any(not apart(bound_of(child.bound), bound) for bound in _attached(parent, context)):
        return ""
    return f"ALTER TABLE {parent.name.sql} DETACH PARTITION {child.name.sql} CONCURRENTLY"


def _attached(parent: Relation, context: Context) -> Iterator[Node]:
    """The bounds of what the plan makes a partition of this table."""
    for _, _, command in context.later.commands.get(("AT_AttachPartition", parent.name.name), ()):
        yield command.def_.bound
    for what in ("CreateStmt", "CreateForeignTableStmt"):
        for _, node in context.later.nodes.get(what, ()):
            base: Node = getattr(node, "base", node)
            if base.partbound and base.inhRelations[0].relname == parent.name.name:
                yield base.partbound


def above(table: Relation, context: Context) -> list[int]:
    """The table and those that it is a part of, by OID."""
    found, pending = [], [table.oid]
    while pending:
        oid = pending.pop()
        found += [oid] if oid in context.relations else []
        pending += context.parents[oid]
    return found


def about(parent: Relation, child: Relation, context: Context) -> frozenset[str]:
    """The names of what a partition may have from above or have in common with it: tables and their indexes."""
    tables = [*context.family(child), *(context.relations[oid] for oid in above(parent, context))]
    indexes = (index.name.name for table in tables for index in context.indexes_of(table))
    return frozenset((*(table.name.name for table in tables), *indexes))


def without_check(child: Relation, context: Context) -> str:
    """Drop the CHECK that DETACH … CONCURRENTLY leaves, in place of the bounds, where nothing else says the same."""
    return f"ALTER TABLE {child.name.sql} DROP CONSTRAINT IF EXISTS {quoted(_check(child, context))}"


def _check(child: Relation, context: Context) -> str:
    """The name that PostgreSQL chooses for it (``ChooseConstraintName``)."""
    columns = {name for oid in above(child, context) for name in _key(context.relations[oid]) if oid != child.oid}
    schema = child.name.schema
    taken = {c.name for r in context.relations.values() if r.name.schema == schema for c in r.constraints}
    middle = next(iter(columns)) if len(columns) == 1 else ""
    names = (composed(child.name.name, middle, f"check{number or ''}") for number in count())
    return next(name for name in names if name not in taken)


def _key(table: Relation) -> Iterator[str]:
    """The columns that a partitioned table's rows are distributed by."""
    for node in parse(f"CREATE TABLE t () PARTITION BY {table.key}") or ():
        for part in node.partspec.partParams:
            yield from (part.name,) if part.name else names_in(part.expr)


def composed(first: str, second: str, end: str) -> str:
    """The name that PostgreSQL makes of two and an end, the longer one cut first (``makeObjectName``)."""
    one, two = first.encode(), second.encode()
    room = MOST_BYTES - len(end) - 1 - bool(two)
    while len(one) + len(two) > room:
        one, two = (one[:-1], two) if len(one) > len(two) else (one, two[:-1])
    parts = (one.decode(errors="ignore"), two.decode(errors="ignore"), end)
    return "_".join(part for part in parts if part)
