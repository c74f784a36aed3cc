"""CLUSTER, VACUUM FULL, SET TABLESPACE, ACCESS METHOD or [UN]LOGGED copy the whole table under ACCESS EXCLUSIVE.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-TABLESPACE
https://www.postgresql.org/docs/current/sql-cluster.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import rule

SAFE = "do it in quiet hours"
COMMANDS = ("AT_SetTableSpace", "AT_SetAccessMethod", "AT_SetLogged", "AT_SetUnLogged")


@rule("move-table", *COMMANDS, "ClusterStmt", "VacuumStmt", "AlterTableMoveAllStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Whatever writes a table, or one of its indexes, to new files."""
    if is_a(node, "AlterTableCmd"):
        yield from subcommand(node, context)
    elif is_a(node, "AlterTableMoveAllStmt"):
        yield from copied(f'everything in tablespace "{node.orig_tablespacename}"')
    elif is_a(node, "ClusterStmt"):
        yield from tables([node.relation] if node.relation else [], context)
    elif any(option.defname == "full" for option in node.options or ()):
        yield from tables([entry.relation for entry in node.rels or ()], context)


def tables(relations: list[Node], context: Context) -> Iterator[Hazard]:
    """CLUSTER and VACUUM FULL: the tables named, or all."""
    for relation in relations:
        table = context.relation(relation)
        if context.busy(table):
            yield from copied(context.shown(table))
    if not relations:
        yield from copied("every table of this database, one after the other")


def subcommand(node: Node, context: Context) -> Iterator[Hazard]:
    """ALTER TABLE, INDEX or MATERIALIZED VIEW; a partitioned table has no files of its own."""
    table = context.relation_of_table()
    owner = context.table_of_index(table.name)
    if owner.oid != table.oid:
        if context.busy(owner):
            yield Hazard(
                "blocks-reads", f"blocks reads and writes on {context.shown(owner)} until its index is copied; {SAFE}"
            )
        return
    if table.kind == "S" and node.subtype.name == "AT_SetUnLogged" and not table.new and not same(node, table):
        yield Hazard(
            "data-loss",
            f"loses the position of sequence {table.name.shown} at the next crash: an UNLOGGED sequence is not in the "
            "WAL, starts over, and gives out numbers twice; keep it LOGGED",
        )
    if not context.in_use(table) or table.kind == "p" or same(node, table):
        return
    yield from copied(context.shown(table, only=True))
    if node.subtype.name == "AT_SetUnLogged":
        yield Hazard(
            "data-loss",
            f"empties {context.shown(table, only=True)} at the next crash, and on every standby at once: an UNLOGGED "
            "table is "
            "not in the WAL; keep it LOGGED unless it can be filled again",
        )


def same(node: Node, table: Relation) -> bool:
    """True when the table is already what it is asked to be."""
    wanted = {"AT_SetLogged": "p", "AT_SetUnLogged": "u"}.get(node.subtype.name)
    if wanted:
        return table.oid > 0 and table.persistence == wanted
    here = table.access_method if node.subtype.name == "AT_SetAccessMethod" else table.tablespace
    return bool(here) and here == node.name


def copied(what: str) -> Iterator[Hazard]:
    """The hazards in words."""
    yield Hazard("rewrites-table", f"copies {what} to new files, which takes as much disk again; {SAFE}")
    yield Hazard("blocks-reads", f"blocks reads and writes on {what} until the copy is complete; {SAFE}")
