"""DROP TYPE breaks queries that cast to the type; with CASCADE it deletes every column that has it.

https://www.postgresql.org/docs/current/sql-droptype.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, is_a
from difftool.rules.context import Context, made_by
from difftool.rules.registry import rule
from difftool.rules.words import cascade, gone, listed

TYPES = ("CreateEnumStmt", "CreateDomainStmt", "CompositeTypeStmt", "CreateRangeStmt", "DefineStmt")


@rule("drop-type", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each type or domain; one that the plan itself renamed out of the way is nobody's any more."""
    if node.removeType.name not in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        return
    for item in node.objects:
        name = context.dotted(item.names, context.types)
        known = context.types.get(name)
        if (known and known.new) or (known is None and node.missing_ok and context.facts.complete):
            continue
        users = context.users(name)
        if cascade(node) and (users or known is None):
            places = listed(f'"{column.name}" of {context.shown(table)}' for table, column in users) if users else ""
            yield Hazard(
                "data-loss",
                f"deletes, by CASCADE, the columns of type {name.shown}{': ' + places if places else ''}, for good; "
                "change them to another type first",
            )
        if name not in context.former and not created_again(name, context):
            yield Hazard("breaks-clients", gone(f"type {name.shown}"))


def created_again(name: Name, context: Context) -> bool:
    """True when a later statement creates a type of this name."""
    made = (made_by(node) for node in context.made_later(name.name) if is_a(node, *TYPES))
    return any(
        (context.qualify(by.schemaname or "", by.relname) if is_a(by, "RangeVar") else context.dotted(by)) == name
        for by in made
    )
