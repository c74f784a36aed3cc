"""DROP TYPE breaks queries that cast to the type; with CASCADE it deletes every column that has it.

https://www.postgresql.org/docs/current/sql-droptype.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.later import missing
from difftool.rules.registry import rule
from difftool.rules.words import cascade, listed


@rule("drop-type", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each type or domain; one that the plan has renamed out of the way is known by its old name."""
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
        if not context.renamed_before("type", name):
            known_as = context.known_as("type", name)
            again = context.again("type", known_as, earlier=known_as != name)
            yield from missing(f"type {known_as.shown}", again)
