"""CREATE EXTENSION: https://www.postgresql.org/docs/current/sql-createextension.html.

Its members are its own: they come and go with it, and are never read. Which version is installed makes no difference.
"""

from __future__ import annotations

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.sql import name_of, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``EXTENSION hstore``."""
    return f"EXTENSION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """In its schema, in the server's default version; without the comment that its script brings, if it has none."""
    made = f"CREATE {phrase(o)} WITH SCHEMA {quoted(o['schema'])}"
    return (made, *((f"COMMENT ON {phrase(o)} IS NULL",) if o["_silent"] else ()))


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """To another schema, which only a relocatable extension can go to; another is made anew where it holds nothing."""
    if is_empty(now) and not now["_relocatable"]:
        return None
    if not now["_relocatable"]:
        raise Refused(
            f'extension "{now.names[0]}" is not relocatable: from "{now["schema"]}" to "{want["schema"]}" it goes '
            "only by DROP EXTENSION and CREATE EXTENSION, which lose what its types and tables hold"
        )
    return (f"ALTER {phrase(want)} SET SCHEMA {quoted(want['schema'])}",)


def is_empty(o: Object) -> bool:
    """An extension of functions alone: no tables, and no column of its types."""
    return not o["_used"]


KIND = Kind(rank=15, create=create, phrase=phrase, alter=alter, holds_rows=True, derived=is_empty)
