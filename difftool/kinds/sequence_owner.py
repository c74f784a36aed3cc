"""OWNED BY: https://www.postgresql.org/docs/current/sql-altersequence.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """The sequence is dropped with the column from now on."""
    return (f"ALTER SEQUENCE {name_of(o)} OWNED BY {qualified(*o['column'])}",)


def drop(o: Object, sides: Sides) -> Statements:
    """The sequence stands for itself."""
    return (f"ALTER SEQUENCE {name_of(o)} OWNED BY NONE",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Another column's; None where that is another owner's: the sequence changes hands while it stands for itself."""
    before, after = (side.get("owner", "sequence", *want.names) for side in (sides.now, sides.want))
    if now["column"][:2] != want["column"][:2] and before and after and before["role"] != after["role"]:
        return None
    return create(want, sides)


KIND = Kind(rank=47, create=create, drop=drop, alter=alter)
