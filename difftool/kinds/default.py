"""Defaults: https://www.postgresql.org/docs/current/ddl-default.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, quoted
from difftool.objects import Key, Object, Objects, Sides, reach

NAME = "default"


def written(o: Object) -> str:
    """``DEFAULT now()``."""
    return f"DEFAULT {o['expression']}"


def create(o: Object, sides: Sides) -> Statements:
    """Of this table alone: its children have defaults of their own."""
    return (alter_table(o, f"ALTER COLUMN {quoted(o.names[-1])} SET {written(o)}", only=not o["_view"]),)


def drop(o: Object, sides: Sides) -> Statements:
    """The column is NULL again where nothing is given."""
    return (alter_table(o, f"ALTER COLUMN {quoted(o.names[-1])} DROP DEFAULT", only=not o["_view"]),)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """The new one takes the old one's place."""
    return create(want, sides)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The column's own statement, unless the default needs the table whole or is not the parent's."""
    column = side.by_key[o.parent] if o.parent else None
    if column is None or column.key not in moving or column["_view"] or column["_typed"]:
        return None
    brought = column["_inherited"] and not column["_partition"] and not column["_local"]
    for link, (_, *table) in side.above.get(o.names[:2], ()) if column["_inherited"] else ():
        above = side.get("default", *table, o.names[-1])
        same = above is not None and above["expression"] == o["expression"]
        if not same and (brought or link not in moving):
            return None
    return None if _needs_the_table(o, side) else column.key


def _needs_the_table(o: Object, side: Objects) -> bool:
    """Whether it calls something that is made of the table's own row type."""
    table = ("table", *o.names[:2])
    needed = side.needs.get(o.key, frozenset())
    return any(table in reach(side, n) for n in needed if n[0] in ("function", "aggregate", "operator"))


def occupies(o: Object) -> Iterable[Key]:
    """A column has a default or an identity."""
    return (("value", *o.names),)


KIND = Kind(rank=45, create=create, drop=drop, alter=alter, within=within, occupies=occupies)
