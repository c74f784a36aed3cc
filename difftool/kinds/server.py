"""CREATE SERVER: https://www.postgresql.org/docs/current/sql-createserver.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.foreign_data_wrapper import new_options, with_options
from difftool.kinds.sql import literal, name_of, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``SERVER archive``."""
    return f"SERVER {name_of(o)}"


def granted_on(o: Object) -> str:
    """``FOREIGN SERVER archive``."""
    return f"FOREIGN {phrase(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its options."""
    said = (f" {w.upper()} {literal(o[w])}" for w in ("type", "version") if o[w])
    return (
        f"CREATE {phrase(o)}{''.join(said)} FOREIGN DATA WRAPPER {quoted(o['wrapper'])}{with_options(o['options'])}",
    )


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Version and options in place; its type and its wrapper cannot be."""
    if (now["type"], now["wrapper"]) != (want["type"], want["wrapper"]):
        return None
    version = literal(want["version"]) if want["version"] else "NULL"
    said = f" VERSION {version}" if now["version"] != want["version"] else ""
    return (f"ALTER {phrase(want)}{said}{new_options(now['options'], want['options'])}",)


KIND = Kind(rank=36, create=create, phrase=phrase, alter=alter, granted_on=granted_on)
