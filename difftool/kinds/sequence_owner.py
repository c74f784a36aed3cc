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


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Another column's."""
    return create(want, sides)


KIND = Kind(rank=47, create=create, drop=drop, alter=alter)
