"""INHERIT and NO INHERIT: https://www.postgresql.org/docs/current/ddl-inherit.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, qualified
from difftool.objects import Key, Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Of a table that was there before."""
    return (alter_table(o, f"INHERIT {qualified(*o.names[2:])}"),)


def drop(o: Object, sides: Sides) -> Statements:
    """The table keeps its columns, as its own."""
    return (alter_table(o, f"NO INHERIT {qualified(*o.names[2:])}"),)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """CREATE TABLE … INHERITS."""
    return o.parent if o.parent in moving else None


def claims(o: Object) -> Iterable[Key]:
    """Both tables without the columns that are to go."""
    return (("columns", *o.names[:2]), ("columns", *o.names[2:]))


KIND = Kind(claims=claims, rank=42, create=create, drop=drop, within=within)
