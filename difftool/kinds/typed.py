"""OF and NOT OF: https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table
from difftool.objects import Key, Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Of a table that was there before."""
    return (alter_table(o, f"OF {o['type']}"),)


def drop(o: Object, sides: Sides) -> Statements:
    """The table keeps its columns, as its own."""
    return (alter_table(o, "NOT OF"),)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """CREATE TABLE … OF."""
    return o.parent if o.parent in moving else None


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """A table whose columns would not stand in the order of the type's: what is added comes last."""
    table = ("table", *want.names)
    here, wanted = ([c.names[-1] for c in side.parts_of(table, "column")] for side in (sides.now, sides.want))
    kept = [name for name in here if name in wanted]
    if table in sides.now and [*kept, *(name for name in wanted if name not in kept)] != wanted:
        yield table


def claims(o: Object) -> Iterable[Key]:
    """The table without the columns that the type does not have."""
    return (("columns", *o.names),)


KIND = Kind(disturbs=disturbs, claims=claims, rank=43, create=create, drop=drop, within=within)
