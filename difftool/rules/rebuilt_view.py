"""A materialized view that the plan makes anew: it is filled, and its indexes are built, under another name before."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.parse import Name, Node, ending, is_a, parse, quoted
from difftool.rules.context import Context
from difftool.rules.create_index import BUILDING, building
from difftool.rules.registry import Online, online


@online("CreateTableAsStmt")
def filled_before(node: Node, context: Context) -> Online | None:
    """The new one takes the name in the transaction that drops the old one."""
    name = context.qualify(node.into.rel.schemaname or "", node.into.rel.relname)
    sql, head = context.statements[context.position].sql, f"CREATE MATERIALIZED VIEW {name.sql} "
    replaced = any(v.name == name and v.populated and context.fills_slowly(v) for v in context.facts.relations)
    if not replaced or node.into.skipData or not sql.startswith(head):
        return None
    new = Name(name.schema, ending(name.name, BUILDING))
    built = tuple(_indexes(name, new, context))
    renamed = (f"ALTER INDEX {Name(new.schema, building(i)).sql} RENAME TO {quoted(i)}" for _, i, _ in built)
    return Online(
        (f"CREATE MATERIALIZED VIEW {new.sql} {sql.removeprefix(head)}", *(text for _, _, text in built)),
        (f"ALTER MATERIALIZED VIEW {new.sql} RENAME TO {quoted(name.name)}", *renamed),
        also=frozenset(place for place, _, _ in built),
    )


def _indexes(old: Name, new: Name, context: Context) -> Iterator[tuple[int, str, str]]:
    """The indexes that the view gets: the place, the name, and how it is built on the new one under another name."""
    for place, node in context.later.nodes.get("IndexStmt", ()):
        sql, index = context.statements[place].sql, node.idxname or ""
        text = sql.replace(
            f" INDEX {quoted(index)} ON {old.sql} ", f" INDEX {quoted(building(index))} ON {new.sql} ", 1
        )
        parsed = parse(text) if index and place > context.position and text != sql else None
        if parsed and is_a(parsed[0], "IndexStmt") and parsed[0].relation.relname == new.name:
            yield place, index, text
