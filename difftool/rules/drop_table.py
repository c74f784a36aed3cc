"""DROP TABLE deletes every row for good, and every query that names the table fails from then on.

https://www.postgresql.org/docs/current/sql-droptable.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, quoted
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.later import missing
from difftool.rules.leaving import about, detached
from difftool.rules.made_columns import missing_columns
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import filled
from difftool.rules.words import cascade


@rule("drop-table", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each table that the statement drops; a foreign table's rows stay where they are, and an empty one has none."""
    for table in context.dropped(node, "OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"):
        if node.removeType.name == "OBJECT_TABLE" and (
            cascade(node) or not context.found_empty(table, only=table.kind == "r")
        ):
            yield Hazard("data-loss", loss(table, context) if not cascade(node) else cascading(table, context, node))
        if context.renamed_before("relation", table.name):
            continue
        known_as = context.known_as("relation", table.name)
        again = context.again("relation", known_as, earlier=known_as != table.name)
        yield from missing(known_as.shown, again)
        if again:
            yield from missing_columns(table, again.node)


def loss(table: Relation, context: Context) -> str:
    """What is deleted, and how to keep it."""
    parents = context.parents[table.oid]
    if table.partition and parents and parents[0] in context.relations:
        parent = context.relations[parents[0]].name
        return (
            f"deletes {context.shown(table)}, a partition of {parent.shown}, for good; "
            f"ALTER TABLE {parent.sql} DETACH PARTITION {table.name.sql} CONCURRENTLY keeps the rows in a table of "
            "their own"
        )
    return (
        f"deletes {context.shown(table)} for good; save it first with pg_dump --table, "
        "or rename it and drop it once nobody has missed it"
    )


def cascading(table: Relation, context: Context, node: Node) -> str:
    """The same, with what CASCADE takes along."""
    return (
        f"deletes {context.shown(table)}{cascade(node)}, for good; save it first with pg_dump --table, "
        "and drop what depends on it by name"
    )


@online("DropStmt")
def detached_first(node: Node, context: Context) -> Online | None:
    """A partition leaves its table by DETACH … CONCURRENTLY: DROP TABLE alone would lock the whole one."""
    if node.removeType.name != "OBJECT_TABLE" or cascade(node) or node.missing_ok or len(node.objects) != 1:
        return None
    table = context.relation(node.objects[0])
    parent = next((context.relations[oid] for oid in context.parents[table.oid] if oid in context.relations), None)
    if not table.partition or parent is None or ("relation", parent.name.name) in context.later.dropped:
        return None
    detach = detached(parent, table, context)
    steps = (detach, *unbound(table, context), context.statements[context.position].sql)
    return Online(apart=steps, about=about(parent, table, context)) if detach else None


@online("DropStmt")
def foreign_keys_first(node: Node, context: Context) -> Online | None:
    """Each foreign key of a table goes by itself before it: DROP TABLE would lock all the tables that they point at."""
    if node.removeType.name != "OBJECT_TABLE" or cascade(node) or node.missing_ok or len(node.objects) != 1:
        return None
    table = context.relation(node.objects[0])
    keys = () if table.partition or ("relation", table.name.name) in context.later.made else unbound(table, context)
    return Online(keys, (context.statements[context.position].sql,)) if keys else None


def unbound(table: Relation, context: Context) -> tuple[str, ...]:
    """Drop the foreign keys of a table that goes, to tables in use that stay."""
    pointed_at = [
        (key, context.relations[key.references])
        for key in table.constraints
        if key.type == "f" and key.references in context.relations and key.references != table.oid
    ]
    return tuple(
        f"ALTER TABLE {table.name.sql} DROP CONSTRAINT {quoted(key.name)}"
        for key, there in pointed_at
        if context.busy(there) and ("relation", there.name.name) not in context.later.dropped
    )


@probe("DropStmt")
def rows_there(node: Node, context: Context) -> Iterator[Probe]:
    """The rows that are deleted."""
    for table in context.dropped(node, "OBJECT_TABLE"):
        if filled(table, context) and not context.found_empty(table, only=table.kind == "r"):
            name = context.known_as("relation", table.name).sql
            yield Probe(f"SELECT 1 FROM {name}", table.name.shown, "are", "there now", "data-loss")
