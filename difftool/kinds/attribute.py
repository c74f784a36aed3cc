"""Attributes of composite types, written by their type's statements; here for what depends on them.

https://www.postgresql.org/docs/current/sql-altertype.html
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import qualified
from difftool.objects import Key, Object, Objects, Sides


def phrase(o: Object) -> str:
    """``COLUMN app.address.street``, as COMMENT ON takes it."""
    return f"COLUMN {qualified(*o.names)}"


def nothing(o: Object, sides: Sides) -> Statements:
    """Its type says it."""
    return ()


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Its type says it."""
    return ()


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """What uses the attribute: PostgreSQL does not change its type underneath."""
    if now is None:
        return ()
    return (k for k in sides.now.needed_by.get(want.key, ()) if sides.now.by_key[k].parent != want.key)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """Its type's statement."""
    return o.parent if o.parent in moving else None


KIND = Kind(
    rank=25,
    create=nothing,
    phrase=phrase,
    drop=nothing,
    alter=alter,
    disturbs=disturbs,
    within=within,
    altered_within=within,
)
