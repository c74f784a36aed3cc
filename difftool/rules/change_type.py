"""ALTER COLUMN TYPE writes the whole table anew under ACCESS EXCLUSIVE, unless the old bytes can stay as they are.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.facts import Column, Relation
from difftool.rules.registry import rule
from difftool.rules.shadow_column import against
from difftool.rules.typechange import rebuilt, rewrites, steps
from difftool.rules.words import listed, rewritten

SAFE = "add a new column, fill it in batches, then swap the names"


@rule("change-type", "AT_AlterColumnType")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A rewrite; or, where the rows stay, the indexes that are built again and the checks that are made again."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if not context.busy(table):
        return
    big = context.shown(table, only=context.only)
    if rewrites(column.type, steps(node, context), context):
        why = against(node, context) if context.retype else ""
        safe = f"{SAFE}, which is left to you: {why}" if why else SAFE
        yield Hazard("rewrites-table", f"{rewritten(big)}; {safe}")
        yield Hazard("blocks-reads", f"blocks reads and writes on {big} until it is rewritten; {safe}")
        yield from foreign_keys(table, node.name, context)
        return
    family = context.family(table, only=context.only)
    indexes = [name for member in family for name in again(member, column, node, context)]
    checks = [c.name for member in family for c in member.constraints if c.type == "c" and node.name in c.columns]
    if indexes:
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {big} until index {listed(indexes)} is built again; "
            "drop the index first, and build it CONCURRENTLY afterwards",
        )
    if checks:
        named = listed(f'"{name}"' for name in dict.fromkeys(checks))
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {big} until every row is checked against {named} again; "
            "drop the CHECK first, add it NOT VALID afterwards, then VALIDATE CONSTRAINT in a later transaction",
        )


def foreign_keys(table: Relation, column: str, context: Context) -> Iterator[Hazard]:
    """The tables on the other side of the column's foreign keys, which are checked again after a rewrite."""
    for other in sorted(context.relations.values(), key=lambda relation: relation.name):
        for key in other.constraints if other.oid != table.oid and not other.new else ():
            if key.type == "f" and key.references == table.oid and column in key.referenced:
                yield checked_again(other, f'its foreign key "{key.name}"', context)
    for key in table.constraints:
        there = context.relations.get(key.references)
        if key.type == "f" and column in key.columns and there and there.oid != table.oid and not there.new:
            yield checked_again(there, f'foreign key "{key.name}"', context)


def checked_again(table: Relation, what: str, context: Context) -> Hazard:
    """The words for the table on the other side, which is locked as strongly while the foreign key is made anew."""
    return Hazard(
        "blocks-reads", f"blocks reads and writes on {context.shown(table)} until {what} is checked again; {SAFE}"
    )


def again(table: Relation, column: Column, node: Node, context: Context) -> list[str]:
    """The indexes that PostgreSQL cannot take over as they are."""
    every = rebuilt(column.type, node, column.collation, context)
    return [i.name.shown for i in context.indexes_of(table) if column.name in i.columns and (every or not i.plain)]
