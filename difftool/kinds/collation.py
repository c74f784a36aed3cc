"""CREATE COLLATION: https://www.postgresql.org/docs/current/sql-createcollation.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import literal, name_of, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``COLLATION app.german``."""
    return f"COLLATION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With all its options; its version is that of the library in use."""
    options = [f"provider = {o['provider']}"]
    options += [f"{k} = {literal(o[k])}" for k in ("locale", "lc_collate", "lc_ctype") if o[k] is not None]
    if not o["deterministic"]:
        options.append("deterministic = false")
    if o["rules"] is not None:
        options.append(f"rules = {literal(o['rules'])}")
    return (f"CREATE {phrase(o)} ({', '.join(options)})",)


def rename(o: Object, name: str) -> str:
    """Out of the way of another of its name."""
    return f"ALTER {phrase(o)} RENAME TO {quoted(name)}"


KIND = Kind(rank=20, create=create, phrase=phrase, rename=rename)
