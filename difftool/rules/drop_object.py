"""DROP of the rarer things that clients name or live on: operators, collations, servers, subscriptions, roles.

https://www.postgresql.org/docs/current/sql-commands.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.objects import dropped
from difftool.rules.registry import rule
from difftool.rules.words import gone

NAMED = frozenset(
    {"operator", "cast", "collation", "conversion", "language", "text search configuration", "text search dictionary",
     "text search parser", "text search template", "foreign-data wrapper", "server", "user mapping", "role"}
)  # fmt: skip
STREAMS = frozenset({"publication", "subscription"})
NODES = ("DropStmt", "DropSubscriptionStmt", "DropUserMappingStmt", "DropRoleStmt")


@rule("drop-object", *NODES)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each object dropped that queries name or replication needs, unless a later statement creates it again."""
    for kind, name in dropped(node):
        if kind not in NAMED | STREAMS or (kind, name, "create") in context.identities_later():
            continue
        yield Hazard("breaks-clients", words(kind, name))


def words(kind: str, name: str) -> str:
    """What stops working, and for whom."""
    if kind in STREAMS:
        return f'replication through {kind} "{name}" stops once this commits; drop it when nobody needs its changes'
    if kind == "role":
        return f'nobody can log in as "{name}", or act as it, once this commits; drop it when nobody does any more'
    return gone(f'{kind} "{name}"')
