"""ATTACH PARTITION reads the new partition, and the default one, under ACCESS EXCLUSIVE; so does CREATE … PARTITION OF.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION
https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.locks import default_of, lacking
from difftool.rules.registry import rule


@rule("attach-partition", "AT_AttachPartition", "CreateStmt", "CreateForeignTableStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """The rows of the attached table, and of the default one, which might belong there; an index has no bounds."""
    if is_a(node, "AlterTableCmd"):
        if context.of_index:
            return
        parent, child = context.relation_of_table(), context.relation(node.def_.name)
        if context.busy(child):
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {context.shown(child)} until every row is checked against the partition's "
                "bounds; first add a CHECK that says the same, NOT VALID, and VALIDATE it: then nothing is read",
            )
            yield from foreign_keys(parent, child, context)
        yield from default_scanned(parent, context, locks_parent=False)
        return
    base = node.base if is_a(node, "CreateForeignTableStmt") else node
    if base.partbound and not base.partbound.is_default and base.inhRelations:
        yield from default_scanned(context.relation(base.inhRelations[0]), context, locks_parent=True)


def foreign_keys(parent: Relation, child: Relation, context: Context) -> Iterator[Hazard]:
    """The tables that the parent's foreign keys point at, and the attached table has none to yet."""
    for there, key in lacking(parent, child, context):
        if context.busy(there):
            yield Hazard(
                "blocks-writes",
                f'blocks writes on {context.shown(there)} until foreign key "{key.name}" is checked for every row of '
                f"{child.name.shown}; first add the foreign key to that table NOT VALID, and VALIDATE it",
            )


def default_scanned(parent: Relation, context: Context, *, locks_parent: bool) -> Iterator[Hazard]:
    """The scan of the default partition; CREATE … PARTITION OF holds ACCESS EXCLUSIVE on the parent meanwhile."""
    for default in default_of(parent, context):
        if context.busy(default):
            what = f"{parent.name.shown} and its" if locks_parent else "the"
            check = "add a CHECK to the default partition that excludes the new bounds, NOT VALID, and VALIDATE it"
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {what} default partition {context.shown(default)} until its rows are "
                f"checked; {f'create the table apart, {check}, then ATTACH' if locks_parent else f'first {check}'}",
            )
