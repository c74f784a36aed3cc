"""ATTACH PARTITION reads the new partition, and the default one, under ACCESS EXCLUSIVE; so does CREATE … PARTITION OF.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION
https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, ending, is_a, parse, quoted, written
from difftool.rules.constraints import OVERLAPS, says
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.locks import default_of, lacking
from difftool.rules.registry import Online, online, rule

BOUNDS = "__bounds"


@rule("attach-partition", "AT_AttachPartition", "CreateStmt", "CreateForeignTableStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """The rows of the attached table, and of the default one, which might belong there; an index has no bounds."""
    if is_a(node, "AlterTableCmd"):
        if context.of_index:
            return
        parent, child = context.relation_of_table(), context.relation(node.def_.name)
        if context.busy(child) and not says(child, belonging(child.name, context)):
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {context.shown(child)} until every row is checked against the partition's "
                "bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read",
            )
        if context.busy(child):
            yield from foreign_keys(parent, child, context)
            yield from exclusions(parent, child, context)
        yield from default_scanned(parent, child.name, context, locks_parent=False)
        return
    base = node.base if is_a(node, "CreateForeignTableStmt") else node
    if base.partbound and not base.partbound.is_default and base.inhRelations:
        made = context.qualify(base.relation.schemaname or "", base.relation.relname)
        yield from default_scanned(context.relation(base.inhRelations[0]), made, context, locks_parent=True)


def foreign_keys(parent: Relation, child: Relation, context: Context) -> Iterator[Hazard]:
    """The tables that the parent's foreign keys point at, and the attached table has none to yet."""
    for there, key in lacking(parent, child, context):
        if context.busy(there):
            yield Hazard(
                "blocks-writes",
                f'blocks writes on {context.shown(there)} until foreign key "{key.name}" is checked for every row of '
                f"{child.name.shown}; first add the foreign key to that table NOT VALID, and VALIDATE it",
            )


def exclusions(parent: Relation, child: Relation, context: Context) -> Iterator[Hazard]:
    """The indexes of the parent's constraints that exclude: of those none can be made ready."""
    for constraint in parent.constraints:
        if constraint.type == "x" or OVERLAPS in constraint.definition:
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {context.shown(child)} until its index of constraint "
                f'"{constraint.name}" is built; there is no online way: do it in quiet hours',
            )


def default_scanned(parent: Relation, name: Name, context: Context, *, locks_parent: bool) -> Iterator[Hazard]:
    """The scan of the default partition; CREATE … PARTITION OF holds ACCESS EXCLUSIVE on the parent meanwhile."""
    for default in looked_through(parent, name, context):
        if context.busy(default):
            what = f"{parent.name.shown} and its" if locks_parent else "the"
            check = "add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it"
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {what} default partition {context.shown(default)} until its rows are "
                f"checked; {f'create the table apart, {check}, then ATTACH' if locks_parent else f'first {check}'}",
            )


def looked_through(parent: Relation, name: Name, context: Context) -> list[Relation]:
    """The default partition, whose rows might belong into a new one of that name, unless a CHECK says they do not."""
    return [default for default in default_of(parent, context) if not says(default, elsewhere(name, context))]


def belonging(name: Name, context: Context) -> str:
    """What PostgreSQL asks of the rows of the partition that is wanted; "" where nobody knows."""
    known = context.facts.wanted.get(name)
    return known.condition if known else ""


def elsewhere(name: Name, context: Context) -> str:
    """What it then asks of those of the default partition."""
    known = context.facts.wanted.get(name)
    return f"NOT {known.condition}" if known and known.alone else ""


@online("AT_AttachPartition")
def checked_before(node: Node, context: Context) -> Online | None:
    """CHECKs that say what ATTACH looks for are validated while others write, and go once it has taken their word."""
    parent, child = context.relation_of_table(), context.relation(node.def_.name)
    if context.of_index:
        return None
    asked = [(child, belonging(child.name, context))]
    asked += [(default, elsewhere(child.name, context)) for default in default_of(parent, context)]
    asked = [(t, what) for t, what in asked if what and context.busy(t) and not says(t, what) and stays(t, context)]
    asked = [] if parent.new and any("::regclass" in what for _, what in asked) else asked
    check = quoted(ending(child.name.name, BOUNDS))
    alters = [(f"ALTER TABLE {table.name.sql}", what) for table, what in asked]
    made = [
        (f"{t} ADD CONSTRAINT {check} CHECK ({w}) NOT VALID", f"{t} VALIDATE CONSTRAINT {check}") for t, w in alters
    ]
    made += keys_of_its_own(parent, child, context)
    here = (context.statements[context.position].sql, *(f"{t} DROP CONSTRAINT {check}" for t, _ in alters))
    return Online(tuple(sql for pair in made for sql in pair), here) if made else None


def keys_of_its_own(parent: Relation, child: Relation, context: Context) -> list[tuple[str, str]]:
    """How a table gets its parent's foreign keys before, and how they are validated; ATTACH takes them over."""
    alter, own = f"ALTER TABLE {child.name.sql}", {constraint.name for constraint in child.constraints}
    return [
        (
            f"{alter} ADD CONSTRAINT {quoted(key.name)} {text} NOT VALID",
            f"{alter} VALIDATE CONSTRAINT {quoted(key.name)}",
        )
        for there, key in lacking(parent, child, context)
        if child.kind == "r"
        and context.in_use(child)
        and key.name not in own
        and (context.busy(child) or context.busy(there))
        if (text := pointing(key.definition, there))
    ]


def pointing(definition: str, there: Relation) -> str:
    """A foreign key's definition with the schema of the table that it points at; "" where nobody knows it."""
    parsed = parse(f"ALTER TABLE t ADD {definition}") if definition else None
    key = deepcopy(parsed[0].cmds[0].def_) if parsed else None
    if key is None or key.skip_validation or not key.is_enforced:
        return ""
    key.pktable.schemaname = there.name.schema
    return written(key)


def stays(table: Relation, context: Context) -> bool:
    """Whether the plan lets its partitions be: one that came or went would have to have its CHECK, or would keep it."""
    moves = [(what, table.name.name) for what in ("AT_AttachPartition", "AT_DetachPartition")]
    return not any(move in context.later.commands for move in moves)
