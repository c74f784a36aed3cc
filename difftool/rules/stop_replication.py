"""ALTER PUBLICATION … DROP and ALTER SUBSCRIPTION … DISABLE stop changes on their way to subscribers.

https://www.postgresql.org/docs/current/sql-alterpublication.html
https://www.postgresql.org/docs/current/sql-altersubscription.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import lasting


@rule("stop-replication", "AlterPublicationStmt", "AlterSubscriptionStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each table or schema that leaves a publication for good; a subscription that stands still and is not dropped."""
    if is_a(node, "AlterSubscriptionStmt"):
        yield from disabled(node, context)
    elif node.action.name == "AP_DropObjects":
        for item in node.pubobjects or ():
            again = published_again(item, node.pubname, context)
            if not again:
                yield Hazard(
                    "breaks-clients",
                    f'changes of {shown(item, context)} do not go out through publication "{node.pubname}" '
                    f"{lasting(again, 'adds it again')}; take it out when no subscriber needs them",
                )


def shown(item: Node, context: Context) -> str:
    """A table, or the tables of a schema, in a sentence."""
    if item.pubtable:
        return f"table {context.relation(item.pubtable.relation).name.shown}"
    return f'the tables in schema "{item.name}"'


def published_again(item: Node, publication: str, context: Context) -> bool | None:
    """True for a new table, and when the same transaction adds it again, by itself or with its schema, or drops it.

    False for a later transaction.
    """
    table = context.relation(item.pubtable.relation) if item.pubtable else None
    if table and (table.new or context.dropped_later("relation", table.name)):
        return True
    for node, together in context.nodes_later("AlterPublicationStmt"):
        if node.pubname == publication and node.action.name == "AP_AddObjects":
            for added in node.pubobjects or ():
                name = context.relation(added.pubtable.relation).name if added.pubtable else None
                if name == table.name if table and name else added.name == (table.name.schema if table else item.name):
                    return together
    return None


def disabled(node: Node, context: Context) -> Iterator[Hazard]:
    """DISABLE, unless the plan drops the subscription anyway, or enables it again at once."""
    states = [option.arg.boolval for option in node.options or () if option.defname == "enabled"]
    if states != [False] or any(n.subname == node.subname for n, _ in context.nodes_later("DropSubscriptionStmt")):
        return
    for later, together in context.nodes_later("AlterSubscriptionStmt"):
        enabled = any(option.defname == "enabled" and option.arg.boolval for option in later.options or ())
        if together and enabled and later.subname == node.subname:
            return
    yield Hazard(
        "breaks-clients",
        f'replication through subscription "{node.subname}" stops once this commits, until somebody enables it; '
        "leave it running unless nobody needs its changes",
    )
