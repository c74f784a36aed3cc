"""DROP of the rarer things that clients name or live on: operators, collations, servers, subscriptions, roles.

https://www.postgresql.org/docs/current/sql-commands.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node
from difftool.rules.context import Context
from difftool.rules.later import missing
from difftool.rules.objects import dropped
from difftool.rules.registry import rule
from difftool.rules.transaction import leaves_slot
from difftool.rules.words import gone, meanwhile

NAMED = frozenset(
    {"operator", "cast", "collation", "conversion", "language", "text search configuration", "text search dictionary",
     "text search parser", "text search template", "foreign-data wrapper", "server", "user mapping", "role"}
)  # fmt: skip
STREAMS = frozenset({"publication", "subscription"})
NODES = ("DropStmt", "DropSubscriptionStmt", "DropUserMappingStmt", "DropRoleStmt")


@rule("drop-object", *NODES)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each object dropped that queries name or replication needs, unless a later statement creates it again."""
    for place, (kind, name) in enumerate(dropped(node)):
        if kind not in NAMED | STREAMS:
            continue
        if kind == "collation":
            yield from collation(context.dotted(node.objects[place]), context)
            continue
        again = context.identity_later(kind, name)
        if again is None:
            yield Hazard("breaks-clients", words(kind, name, slot=kind == "subscription" and let_go(node, context)))
        elif not again.together:
            yield Hazard("breaks-clients", meanwhile_words(kind, name))


def collation(name: Name, context: Context) -> Iterator[Hazard]:
    """A collation, which may have stepped aside for another of its name."""
    if not context.renamed_before("collation", name):
        known_as = context.known_as("collation", name)
        again = context.again("collation", known_as, earlier=known_as != name)
        yield from missing(f'collation "{known_as.sql}"', again)


def meanwhile_words(kind: str, name: str) -> str:
    """The same where a later transaction of the plan creates it again."""
    if kind in STREAMS:
        return (
            f'replication through {kind} "{name}" stops from this commit until a later transaction of the plan creates '
            "it again; run the plan when nobody needs its changes"
        )
    return meanwhile(f'{kind} "{name}"')


def let_go(node: Node, context: Context) -> bool:
    """True for a subscription whose slot the plan has left to the publisher."""
    found = context.later.nodes.get("AlterSubscriptionStmt", ())
    return any(place < context.position and leaves_slot(alter, node.subname) for place, alter in found)


def words(kind: str, name: str, *, slot: bool = False) -> str:
    """What stops working, and for whom."""
    if slot:
        return (
            f'replication through {kind} "{name}" stops once this commits; drop it when nobody needs its changes, and '
            "drop its slot at the publisher, which keeps WAL for it until then"
        )
    if kind in STREAMS:
        return f'replication through {kind} "{name}" stops once this commits; drop it when nobody needs its changes'
    if kind == "role":
        return f'nobody can log in as "{name}", or act as it, once this commits; drop it when nobody does any more'
    return gone(f'{kind} "{name}"')
