"""CREATE POLICY: https://www.postgresql.org/docs/current/sql-createpolicy.html."""

from __future__ import annotations

from collections.abc import Container, Iterator

from difftool.deparsed import faithful
from difftool.kinds import Kind, Statements
from difftool.kinds.sql import listed, qualified, quoted
from difftool.objects import Object, Sides

COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
EXPRESSIONS = {"using": "USING", "check": "WITH CHECK"}


def phrase(o: Object) -> str:
    """``POLICY own_rows ON public.users``."""
    return f"POLICY {quoted(o.names[2])} ON {qualified(*o.names[:2])}"


def create(o: Object, sides: Sides) -> Statements:
    """With whatever is not the default."""
    parts = (
        f"CREATE {phrase(o)}",
        "" if o["permissive"] else "AS RESTRICTIVE",
        f"FOR {COMMANDS[o['command']]}" if o["command"] != "*" else "",
        _roles(o) if o["roles"] else "",
        *_expressions(o, EXPRESSIONS),
    )
    return (faithful(" ".join(p for p in parts if p)),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Roles and expressions; an expression cannot be taken away."""
    changed = [a for a in ("permissive", "command", "roles", *EXPRESSIONS) if now[a] != want[a]]
    if "permissive" in changed or "command" in changed or any(want[e] is None for e in EXPRESSIONS if e in changed):
        return None
    parts = (f"ALTER {phrase(want)}", *([_roles(want)] if "roles" in changed else []), *_expressions(want, changed))
    return (faithful(" ".join(parts)),)


def _roles(o: Object) -> str:
    return f"TO {listed(o['roles']) if o['roles'] else 'PUBLIC'}"


def _expressions(o: Object, which: Container[str]) -> Iterator[str]:
    return (f"{word} ({o[e]})" for e, word in EXPRESSIONS.items() if e in which and o[e] is not None)


KIND = Kind(rank=72, create=create, phrase=phrase, alter=alter)
