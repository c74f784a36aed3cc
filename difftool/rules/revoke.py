"""REVOKE makes the queries fail that lived on the privilege.

https://www.postgresql.org/docs/current/sql-revoke.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.objects import granted, grantees, name_of, privileges
from difftool.rules.registry import rule
from difftool.rules.words import listed


@rule("revoke", "GrantStmt", "GrantRoleStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A privilege or a membership taken away from what was there before, and not given back in the same transaction.

    GRANT OPTION FOR alone takes no access.
    """
    if node.is_grant or getattr(node, "grant_option", False) or getattr(node, "opt", None):
        return
    from_whom = listed(name if name.isupper() else f'"{name}"' for name in grantees(node))
    if is_a(node, "GrantRoleStmt"):
        roles = listed(f'"{name}"' for name in privileges(node))
        yield Hazard(
            "breaks-clients",
            f"takes role {roles} away from {from_whom}: what they may do only through it fails once this commits; "
            "grant what they need first",
        )
        return
    lost = list(taken_away(node, context))
    if lost:
        what, words = (list(dict.fromkeys(found)) for found in zip(*((w, p) for w, p, _ in lost), strict=True))
        whom = listed(dict.fromkeys(name if name.isupper() else f'"{name}"' for _, _, name in lost))
        yield Hazard(
            "breaks-clients",
            f"takes {listed(words)} on {listed(what)} away from {whom}: their queries that need it fail "
            "once this commits; find out first who uses it (pg_stat_activity, the log)",
        )


def taken_away(node: Node, context: Context) -> Iterator[tuple[str, str, str]]:
    """(object, privilege, grantee) that is gone when the transaction commits."""
    again = [n for n, together in context.nodes_later("GrantStmt") if together and n.is_grant]
    for (kind, name), item in zip(granted(node), node.objects or (), strict=True):
        back = [later for later in again if (kind, identity(name, item, context)) in objects(later, context)]
        for privilege in privileges(node) if not is_new(kind, item, context) else ():
            for grantee in grantees(node):
                if not any(gives(later, privilege, grantee) for later in back):
                    yield shown(kind, name, item, context), privilege, grantee


def objects(node: Node, context: Context) -> set[tuple[str, object]]:
    """What a GRANT is on."""
    named = zip(granted(node), node.objects or (), strict=True)
    return {(kind, identity(name, item, context)) for (kind, name), item in named}


def identity(name: str, item: Node, context: Context) -> object:
    """What tells one object from others: of relations, whether or not their schema is written."""
    return context.relation(item).name if is_a(item, "RangeVar") else name


def gives(node: Node, privilege: str, grantee: str) -> bool:
    """True for a GRANT of just this; a privilege on the whole table holds for each column."""
    enough = {"all privileges", privilege, privilege.partition(" (")[0]}
    return grantee in grantees(node) and not enough.isdisjoint(privileges(node))


def shown(kind: str, name: str, item: Node, context: Context) -> str:
    """One object in a sentence, tables with their schema."""
    return f"{kind} {context.relation(item).name.shown}" if is_a(item, "RangeVar") else f'{kind} "{name}"'


def is_new(kind: str, item: Node, context: Context) -> bool:
    """True for what the plan itself made."""
    if is_a(item, "RangeVar"):
        return context.relation(item).new
    if is_a(item, "ObjectWithArgs"):
        takes = None if item.args_unspecified else tuple(context.type(t) for t in item.objargs or ())
        found = context.functions[context.dotted(item.objname, context.functions)]
        return any(f.new for f in found if takes is None or f.takes == takes)
    if kind == "schema":
        return item.sval in context.new_schemas
    if kind in ("type", "domain"):
        known = context.types.get(context.dotted(item, context.types))
        return bool(known and known.new)
    return context.made_before(kind, name_of(item, kind))
