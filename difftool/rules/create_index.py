"""CREATE INDEX lets nobody write to the table until the index is built, unless it is built CONCURRENTLY.

https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, ending, is_a, parse, quoted, tokens, written
from difftool.rules.context import Context
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import duplicates, harmless, key_of

APART = "build it with CREATE INDEX CONCURRENTLY in quiet hours"
SWAP = "build it CONCURRENTLY under another name, then drop the old one and rename"
BUILDING = "__building"


@rule("create-index", "IndexStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """An index on a table in use; ON ONLY a partitioned table builds nothing."""
    table, only = context.relation(node.relation), not node.relation.inh
    exists = bool(node.if_not_exists) and Name(table.name.schema, node.idxname or "") in context.indexes
    if node.concurrent or exists or not context.busy(table) or table.kind == "m":
        return
    if table.kind != "p":
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table, only=True)} until the index is built; "
            f"{SWAP if replaces(node, context) else APART}",
        )
    elif not only:
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table)} until the index is built on each; create it ON ONLY the parent, "
            "build one CONCURRENTLY on each partition, then ATTACH them",
        )


def replaces(node: Node, context: Context) -> bool:
    """True for an index that the plan has dropped before to build it anew."""
    dropped = context.later.dropped.get(("index", node.idxname or ""), ())
    return any(place < context.position for place, _ in dropped)


@online("IndexStmt")
def concurrently(node: Node, context: Context) -> Online | None:
    """CONCURRENTLY; one that takes another's place under a name of its own, until that is gone."""
    table = context.relation(node.relation)
    if node.concurrent or node.if_not_exists or not node.idxname or not context.busy(table) or table.kind not in "r":
        return None
    taken = any(index.name == Name(table.name.schema, node.idxname) for index in context.facts.indexes)
    if not taken:
        built = written_concurrently(node.idxname, context)
        return Online(before=(built,)) if built else None
    name = building(node.idxname)
    built = written_concurrently(name, context)
    there = Name(table.name.schema, name).sql
    return Online((built,), (f"ALTER INDEX {there} RENAME TO {quoted(node.idxname)}",)) if built else None


def building(name: str) -> str:
    """The name of an index until the one whose place it takes is gone."""
    return ending(name, BUILDING)


def written_concurrently(name: str, context: Context) -> str:
    """The CREATE INDEX at hand with another name, and CONCURRENTLY; "" where its text is not understood."""
    sql = context.statements[context.position].sql
    found = tokens(sql) or ()
    at = next((i for i, (kind, _, _) in enumerate(found) if kind == "INDEX"), len(found))
    if at + 2 >= len(found) or found[at + 2][0] != "ON":
        return ""
    written = f"{sql[: found[at][2]]} CONCURRENTLY {quoted(name)}{sql[found[at + 1][2] :]}"
    parsed = parse(written) or (None,)
    return written if is_a(parsed[0], "IndexStmt") and parsed[0].idxname == name and parsed[0].concurrent else ""


@probe("IndexStmt")
def not_unique(node: Node, context: Context) -> Iterator[Probe]:
    """The keys that a unique index would have twice."""
    computed = [*(param.expr for param in node.indexParams), node.whereClause]
    if node.unique and all(harmless(expression) for expression in computed if expression):
        keys = [key_of(param) for param in node.indexParams]
        where = written(node.whereClause) if node.whereClause else ""
        nulls = bool(node.nulls_not_distinct)
        yield from duplicates(context.relation(node.relation), keys, context, where=where, nulls=nulls)
